// SPDX-License-Identifier: BSD-2-Clause
//
// Timetable - what is played on a day, by venue
//
// Layer: pages.  Uses: parts, state, api.
import * as api from "../api/calls";
import { Days } from "../parts/Days";
import { Heading } from "../parts/Frame";
import { Notice, Refused } from "../parts/Notice";
import { isAhead, PerformanceLink } from "../parts/PerformanceLink";
import { Waiting } from "../parts/Waiting";
import { useWords } from "../state/language";
import { useRead } from "../state/read";
import { goInstead, usePlace } from "../state/route";

const N_DAYS = 14;

/** Today and the days after it, on the reader's calendar. */
function daysFromNow(): string[] {
	return Array.from({ length: N_DAYS }, (_, i) => {
		const day = new Date();
		day.setDate(day.getDate() + i);
		const two = (n: number) => String(n).padStart(2, "0");
		return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
	});
}

async function played(date: string): Promise<api.Performance[]> {
	const shows = (await api.listShows({})).items.filter((s) => s.status === "running");
	const lists = await Promise.all(
		shows.map((show) => api.listPerformances(show.id, date)),
	);
	return lists
		.flatMap((list) => list.items)
		.filter(isAhead)
		.sort((a, b) => a.starts_at.localeCompare(b.starts_at));
}

export function Timetable() {
	const { t } = useWords();
	const query = usePlace((place) => place.query);
	const days = daysFromNow();
	const date = query.get("date") ?? days[0] ?? "";
	const venue = Number(query.get("venue") ?? 0);
	const { data, failure, again } = useRead(`timetable ${date}`, () => played(date));
	const venues = new Map((data ?? []).map((one) => [one.venue.id, one.venue.name]));
	const at = (v: number, d: string) =>
		goInstead(`/timetable?date=${d}${v === 0 ? "" : `&venue=${v}`}`);
	return (
		<>
			<Heading>{t("timetable.title")}</Heading>
			<Days days={days} chosen={date} choose={(day) => at(venue, day)} />
			{venues.size > 1 && (
				<div className="chips" role="group" aria-label={t("venues")}>
					<button type="button" aria-pressed={venue === 0} onClick={() => at(0, date)}>{t("venues.all")}</button>
					{[...venues].map(([id, name]) => (
						<button key={id} type="button" aria-pressed={venue === id} onClick={() => at(id, date)}>{name}</button>
					))}
				</div>
			)}
			<Refused problem={failure} again={() => void again()} />
			{data === undefined && failure === undefined && <Waiting />}
			{data?.length === 0 && <Notice>{t("timetable.none")}</Notice>}
			{[...venues].filter(([id]) => venue === 0 || id === venue).map(([id, name]) => (
				<section className="venue" key={id}>
					<h2>{name}</h2>
					<div className="performances wide">
						{data?.filter((one) => one.venue.id === id).map((one) => (
							<PerformanceLink key={one.id} performance={one} title />
						))}
					</div>
				</section>
			))}
		</>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// ShowPage - a show, its days and its performances
//
// Layer: pages.  Uses: parts, state, api.
import * as api from "../api/calls";
import { Days } from "../parts/Days";
import { Heading } from "../parts/Frame";
import { Notice, Refused } from "../parts/Notice";
import { isAhead, PerformanceLink } from "../parts/PerformanceLink";
import { Poster } from "../parts/Poster";
import { Age } from "../parts/ShowCard";
import { Waiting } from "../parts/Waiting";
import { useWords } from "../state/language";
import { useRead } from "../state/read";
import { goInstead, usePlace } from "../state/route";

function byVenue(list: api.Performance[]): [string, api.Performance[]][] {
	const venues = new Map<string, api.Performance[]>();
	for (const one of list)
		venues.set(one.venue.name, [...(venues.get(one.venue.name) ?? []), one]);
	return [...venues];
}

function Performances(props: { show: number; next: string | null }) {
	const { show, next } = props;
	const { t } = useWords();
	const asked = usePlace((place) => place.query.get("date")) ?? undefined;
	const dates = useRead(`dates ${show}`, () => api.listDates(show));
	const days = dates.data?.items.map((one) => one.date) ?? [];
	// Today's may all be over.
	const nextDay = next?.slice(0, 10) ?? "";
	const date = asked ?? days.find((one) => one >= nextDay) ?? days[0];
	const list = useRead(
		date === undefined ? undefined : `performances ${show} ${date}`,
		() => api.listPerformances(show, date),
	);
	const ahead = list.data?.items.filter(isAhead);
	if (dates.data !== undefined && days.length === 0)
		return <Notice>{t("show.none")}</Notice>;
	return (
		<section aria-labelledby="choose">
			<h2 id="choose">{t("show.choose")}</h2>
			<Days days={days} chosen={date} choose={(day) => goInstead(`/shows/${show}?date=${day}`)} />
			<Refused problem={dates.failure ?? list.failure} again={() => void (dates.failure === undefined ? list : dates).again()} />
			{ahead?.length === 0 && <Notice>{t("timetable.none")}</Notice>}
			{list.data === undefined && list.failure === undefined && <Waiting />}
			{byVenue(ahead ?? []).map(([venue, performances]) => (
				<div className="venue" key={venue}>
					<h3>{venue}</h3>
					<div className="performances">
						{performances.map((one) => <PerformanceLink key={one.id} performance={one} />)}
					</div>
				</div>
			))}
		</section>
	);
}

export function ShowPage({ id }: { id: number }) {
	const { t } = useWords();
	const { data: show, failure, again } = useRead(`show ${id}`, () => api.getShow(id));
	if (failure !== undefined) return <Refused problem={failure} again={() => void again()} />;
	if (show === undefined) return <Waiting />;
	return (
		<>
			<div className="show-top">
				<Poster show={show} first />
				<div>
					<Heading>{show.title}</Heading>
					<p className="facts">
						<span>{t(`kind.${show.kind}`)}</span>
						<span>{t("minutes", { n: show.running_minutes })}</span>
						<Age show={show} />
					</p>
					<p className="synopsis">{show.synopsis}</p>
				</div>
			</div>
			<Performances show={id} next={show.next_starts_at} />
		</>
	);
}

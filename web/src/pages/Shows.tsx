// SPDX-License-Identifier: BSD-2-Clause
//
// Shows - what is on
//
// Layer: pages.  Uses: parts, state, api.
import { useEffect, useState } from "react";
import * as api from "../api/calls";
import { Heading } from "../parts/Frame";
import { Notice, Refused } from "../parts/Notice";
import { ShowCard } from "../parts/ShowCard";
import { Waiting } from "../parts/Waiting";
import { useWords } from "../state/language";
import { FIRST_POSTERS } from "../state/posters";
import { useRead } from "../state/read";
import { goInstead, usePlace } from "../state/route";

const kinds = ["all", "movie", "concert", "play", "sport"] as const;
const TYPING_MS = 250;

/** The address with other words to look for. */
function search(kind: string, q: string): string {
	const query = new URLSearchParams();
	if (kind !== "all") query.set("kind", kind);
	if (q !== "") query.set("q", q);
	return query.size === 0 ? "/" : `/?${query}`;
}

function Filter(props: { kind: string; q: string }) {
	const { t } = useWords();
	const [typed, type] = useState(props.q);
	useEffect(() => {
		const timer = setTimeout(() => {
			if (typed !== props.q) goInstead(search(props.kind, typed));
		}, TYPING_MS);
		return () => clearTimeout(timer);
	}, [typed]);
	return (
		<div className="filter" role="search">
			<div className="chips" role="group" aria-label={t("shows.kinds")}>
				{kinds.map((kind) => (
					<button key={kind} type="button" aria-pressed={kind === props.kind} onClick={() => goInstead(search(kind, typed))}>
						{t(`kind.${kind}`)}
					</button>
				))}
			</div>
			<input type="search" aria-label={t("shows.search")} placeholder={t("shows.search")} maxLength={100} value={typed} onInput={(event) => type(event.currentTarget.value)} />
		</div>
	);
}

export function Shows() {
	const { t } = useWords();
	const query = usePlace((place) => place.query);
	const kind = query.get("kind") ?? "all";
	const q = query.get("q") ?? "";
	const shows = useRead(`shows ${kind} ${q}`, () =>
		api.listShows({ kind: kind === "all" ? undefined : kind, q }),
	);
	const items = shows.data?.items.filter((show) => show.status !== "ended");
	return (
		<>
			<Heading aside={<p className="lead">{t("shows.lead")}</p>}>{t("shows.title")}</Heading>
			<Filter kind={kind} q={q} />
			<Refused problem={shows.failure} again={() => void shows.again()} />
			{items === undefined && shows.failure === undefined && <Waiting />}
			{items?.length === 0 && <Notice>{t("shows.none")}</Notice>}
			<ul className="shows">
				{items?.map((show, at) => <ShowCard key={show.id} show={show} first={at < FIRST_POSTERS} />)}
			</ul>
		</>
	);
}

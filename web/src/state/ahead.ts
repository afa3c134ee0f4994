// SPDX-License-Identifier: BSD-2-Clause
//
// ahead - what a page will ask for, asked while its script is still on its way
//
// A table of addresses, as that of app.tsx. Where a page asks for something else
// in the end nothing is lost but a request.
//
// Layer: state.  Uses: api.
import * as api from "../api/calls";
import { askAhead, speak } from "../api/client";
import { firstLanguage } from "./locale";
import { FIRST_POSTERS } from "./posters";

type Reads = (() => Promise<unknown>)[];

/** They come while the page is made. */
function withPosters(shows: ReturnType<typeof api.listShows>) {
	const fetchFirst = ({ items }: Awaited<typeof shows>) => {
		for (const { poster_url } of items.slice(0, FIRST_POSTERS)) {
			if (poster_url === null) continue;
			const image = new Image();
			image.fetchPriority = "high";
			image.src = poster_url;
		}
	};
	shows.then(fetchFirst, () => undefined);
	return shows;
}

const reads: [RegExp, (query: URLSearchParams, id: number) => Reads][] = [
	[/^\/$/, (query) => [() => withPosters(api.listShows({ kind: query.get("kind") ?? undefined, q: query.get("q") ?? "" }))]],
	[/^\/timetable$/, () => [() => api.listShows({})]],
	[/^\/shows\/(\d+)$/, (_query, id) => [() => api.getShow(id), () => api.listDates(id)]],
	[/^\/performances\/(\d+)$/, (_query, id) => [
		() => api.getPerformance(id),
		() => api.getLayoutRows(id),
		() => api.getSeats(id),
		() => api.listSections(id),
	]],
];

export function readAhead(place: Location): void {
	speak(firstLanguage());
	for (const [pattern, of] of reads) {
		const found = pattern.exec(place.pathname);
		if (found !== null) askAhead(...of(new URLSearchParams(place.search), Number(found[1])));
	}
}

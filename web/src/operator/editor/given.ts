// SPDX-License-Identifier: BSD-2-Clause
// Halls for tests.
import { readFileSync } from "node:fs";
import { newBlock, newSection, sameName, type Block, type Hall, type Section } from "./document";
import { nameOf, placedOf } from "./place";

/** One class "r", a section "stalls" of these blocks. */
export function givenHall(...blocks: Partial<Block>[]): Hall {
	return {
		classes: [{ key: "r", name: sameName("R") }],
		sections: [
			newSection({
				key: "stalls",
				name: sameName("Stalls"),
				blocks: blocks.map((block) => newBlock({ priceClass: "r", ...block })),
			}),
		],
		decorations: [],
	};
}

interface Catalog {
	venues: { key: string; halls: { key: string; plan: unknown }[] }[];
}

/** The plan of each hall of the demo catalog, by venue and hall. */
export function demoPlans(): [string, unknown][] {
	const file = new URL("../../../../conf/demo/demo.json", import.meta.url);
	const catalog = JSON.parse(readFileSync(file, "utf8")) as Catalog;
	return catalog.venues.flatMap(({ key, halls }) =>
		halls.map((hall) => [`${key} ${hall.key}`, hall.plan] as [string, unknown]),
	);
}

/** Each seat in its order, with all that a plan says of it. */
export const seatsOf = (hall: Hall): string[] =>
	hall.sections.flatMap((section) => {
		const { seats, apart } = placedOf(section);
		return seats.map(
			(seat, i) =>
				`${section.key} ${nameOf(seat)} ${seat.x} ${seat.y} ${seat.priceClass} ${seat.type} ${apart[i]}`,
		);
	});

/** A section as the API gives it back: each row by itself, arcs seat by seat. */
export function asGiven(section: Section): Section {
	const { seats } = placedOf(section);
	return {
		...section,
		blocks: [],
		seats: seats.map((seat, i) => ({
			id: `given${i}`,
			row: seat.row,
			number: seat.number,
			priceClass: seat.priceClass,
			type: seat.type,
			x: seat.x,
			y: seat.y,
		})),
	};
}

export const stalls = (hall: Hall): Section => hall.sections[0]!;
export const block = (hall: Hall, i = 0): Block => stalls(hall).blocks[i]!;
export const names = (hall: Hall): string =>
	placedOf(stalls(hall)).seats.map(nameOf).join(" ");

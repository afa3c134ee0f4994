// SPDX-License-Identifier: BSD-2-Clause
//
// paths - what the API means by a path in a plan, "sections[0].rows[2]"
//
// Layer: operator/editor.  Uses: document.
import type { Hall } from "./document";

const WHERE = /sections\[(\d+)\](?:\.(rows|seats)\[(\d+)\])?|decorations\[(\d+)\]|price_classes\[(\d+)\]/;

export interface Named {
	/** Section, by its id. */
	section: string | undefined;
	priceClass: string | undefined;
	things: ReadonlySet<string>;
}

export function named(hall: Hall, path: string): Named {
	const found = WHERE.exec(path);
	const [, s, of, item, d, c] = found ?? [];
	const section = s === undefined ? undefined : hall.sections[Number(s)];
	const list = of === undefined ? [] : of === "rows" ? section?.blocks : section?.seats;
	const thing =
		d !== undefined
			? hall.decorations[Number(d)]?.id
			: item !== undefined
				? list?.[Number(item)]?.id
				: section !== undefined && section.kind !== "assigned"
					? section.id
					: undefined;
	return {
		section: section?.id,
		priceClass: c === undefined ? undefined : hall.classes[Number(c)]?.key,
		things: new Set(thing === undefined ? [] : [thing]),
	};
}

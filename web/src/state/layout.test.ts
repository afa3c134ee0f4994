// SPDX-License-Identifier: BSD-2-Clause
import { expect, test } from "vitest";
import { layoutOf } from "./layout";

const around = {
	revision: 1,
	sections: [],
	price_classes: [],
	decorations: [],
};

test("each seat of a row has its own number and place", () => {
	const { seats } = layoutOf({
		...around,
		rows: [
			{ section_id: 1, row: "A", type: "standard", price_class: 2, numbers: [1, 2, 2], x: [-150, 55, 54], y: [10, 0, -1] },
			{ section_id: 1, row: "A", type: "couple", price_class: 2, numbers: [7], x: [200], y: [9] },
		],
		segments: [],
	});
	expect(seats).toEqual([
		{ seat_id: 1, section_id: 1, row: "A", type: "standard", price_class: 2, number: 1, x: -1.5, y: 0.1 },
		{ seat_id: 2, section_id: 1, row: "A", type: "standard", price_class: 2, number: 3, x: -0.95, y: 0.1 },
		{ seat_id: 3, section_id: 1, row: "A", type: "standard", price_class: 2, number: 5, x: -0.41, y: 0.09 },
		{ seat_id: 4, section_id: 1, row: "A", type: "couple", price_class: 2, number: 7, x: 2, y: 0.09 },
	]);
});

test("neighbours follow each other", () => {
	const { segments } = layoutOf({ ...around, rows: [], segments: [[1, 3], [5, 1]] });
	expect(segments).toEqual([[1, 2, 3], [5]]);
});

// SPDX-License-Identifier: BSD-2-Clause
//
// editor - the editor's canvas on a page of its own, with an arena of so many
// seats (?seats=N), for figures; what is called is on window.stage
import "../src/map/map.css";
import { Board } from "../src/operator/editor/board";
import { newBlock, newSection, sameName, type Hall } from "../src/operator/editor/document";
import { open, useEditor } from "../src/operator/editor/state";

const wanted = Number(new URLSearchParams(location.search).get("seats") ?? 50_000);
const ROWS = 20;
const ROUND = 10;

/** Rings of ten sections, each a block of bent rows. */
function arena(n: number): Hall {
	const sections: Hall["sections"][number][] = [];
	for (let left = n, s = 0; left > 0; s++) {
		const ring = Math.floor(s / ROUND);
		const radius = 30 + ring * 24;
		const from = (s % ROUND) * 36 - 178;
		const last = Math.min(Math.floor((radius * 33 * Math.PI) / 180), Math.ceil(left / ROWS));
		left -= last * ROWS;
		const block = newBlock({
			from: "1",
			to: String(ROWS),
			last,
			priceClass: `c${ring % 3}`,
			arc: { radius, from, to: from + 33 },
		});
		sections.push(newSection({ key: `s${s}`, name: sameName(`Block ${s + 1}`), blocks: [block] }));
	}
	return {
		classes: ["c0", "c1", "c2"].map((key) => ({ key, name: sameName(key) })),
		sections,
		decorations: [
			{ id: "d0", kind: "stage", label: sameName("Stage"), x: -14, y: -9, width: 28, height: 18 },
		],
	};
}

const none = sameName("");
const canvas = document.querySelector("canvas")!;
open(arena(wanted));
const board = new Board(
	canvas,
	{
		rows: (rows, columns) => `${rows} × ${columns}`,
		area: none,
		decoration: { stage: none, exit: none, text: none },
		say: () => undefined,
		thing: (id) => id,
		seat: (ref) => ref,
	},
	"en",
);
const edited = { board, canvas, state: useEditor };

declare global {
	interface Window {
		edited: typeof edited;
	}
}
window.edited = edited;

// SPDX-License-Identifier: BSD-2-Clause
//
// stage - a hall on a page of its own, for map.mjs to try in a browser
//
// ?seats=N an arena of so many seats, ?hall=concert|cinema another one;
// ?ko in Korean. What map.mjs calls is on window.stage.
import { createHallMap, type Pick } from "../src/map";
import "../src/map/map.css";
import { givenArena, givenCinema, givenConcert } from "../src/map/given";

const asked = new URLSearchParams(location.search);
const layout =
	asked.get("hall") === "cinema"
		? givenCinema()
		: asked.get("hall") === "concert"
			? givenConcert()
			: givenArena(Number(asked.get("seats") ?? 20_000));

/** Sold from the front and the middle, as halls are. */
function statuses(): string {
	let seed = 7;
	const any = () => {
		seed = (seed * 1103515245 + 12345) % 2147483648;
		return seed / 2147483648;
	};
	const full = layout.sections.map(() => any() * 1.25 - 0.1);
	return layout.seats
		.map((seat) => {
			const part = full[seat.section_id - 1]!;
			const wave = 0.35 * Math.sin(seat.x * 0.9 + seat.y * 1.7);
			if (any() > part + wave * (part > 0.05 && part < 1 ? 1 : 0)) return "A";
			return any() < 0.12 ? "H" : any() < 0.04 ? "B" : "R";
		})
		.join("");
}

const canvas = document.querySelector("canvas")!;
const picks: Pick[] = [];
const start = performance.now();
const map = createHallMap(canvas, layout, {
	party: Number(asked.get("party") ?? 2),
	rules: ["no-lone-seat"],
	words: asked.has("ko")
		? { left: (n) => `${n.toLocaleString("ko")}석`, soldOut: "매진" }
		: { left: (n) => `${n.toLocaleString("en")} left`, soldOut: "Sold out" },
});
map.setStates({ version: "1-1-0", statuses: statuses() });
map.on("pick", (pick) => {
	picks.push(pick);
	if ("seats" in pick && pick.why === undefined) map.select(pick.seats);
});
/* The frame in which the states are is the second. */
const painted = new Promise<number>((done) =>
	requestAnimationFrame(() =>
		requestAnimationFrame(() => done(performance.now() - start)),
	),
);

declare global {
	interface Window {
		stage: object;
	}
}
let zoom = {};
map.on("zoom", (now) => (zoom = now));
window.stage = { map, picks, painted, layout, zoom: () => zoom };

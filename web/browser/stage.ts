// SPDX-License-Identifier: BSD-2-Clause
//
// stage - a hall on a page of its own, for tests and figures in a browser
//
// ?seats=N an arena of so many seats, ?hall=concert|cinema another one; ?ko in
// Korean; ?party=N; ?hidden: not shown before show() is called. What the tests
// call is on window.stage.
import "../src/map/map.css";
import { NO_FILTER } from "../src/map/filter";
import { createHallMap, type Pick, type Zoom } from "../src/map/index";
import { givenArena, givenCinema, givenConcert } from "../src/map/given";

const asked = new URLSearchParams(location.search);
const layout =
	asked.get("hall") === "cinema"
		? givenCinema()
		: asked.get("hall") === "concert"
			? givenConcert()
			: givenArena(Number(asked.get("seats") ?? 20_000));

/** Some sections sold out, some empty, most in between. */
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

const box = document.querySelector<HTMLElement>("#box")!;
const canvas = document.querySelector("canvas")!;
if (asked.has("hidden")) box.style.display = "none";
const letters = statuses();
const picks: Pick[] = [];
const zooms: Zoom[] = [];
const start = performance.now();
const map = createHallMap(canvas, layout, {
	party: Number(asked.get("party") ?? 2),
	rules: ["no-lone-seat"],
	words: asked.has("ko")
		? { left: (n) => `${n.toLocaleString("ko")}석`, soldOut: "매진" }
		: { left: (n) => `${n.toLocaleString("en")} left`, soldOut: "Sold out" },
});
map.setStates({ version: "1-1-0", statuses: letters });
map.on("zoom", (zoom) => zooms.push(zoom));
map.on("pick", (pick) => {
	picks.push(pick);
	if ("seats" in pick && pick.why === undefined) map.select(pick.seats);
});
/* The frame in which the states are, and the one that follows it. */
const painted = new Promise<number>((done) =>
	requestAnimationFrame(() =>
		requestAnimationFrame(() => done(performance.now() - start)),
	),
);

function pixels(): Uint8ClampedArray<ArrayBuffer> {
	const ctx = canvas.getContext("2d")!;
	const { data } = ctx.getImageData(0, 0, canvas.width, canvas.height);
	return new Uint8ClampedArray(data);
}

/** Of all that is on the canvas. */
async function picture(): Promise<string> {
	const digest = await crypto.subtle.digest("SHA-256", pixels());
	return Array.from(new Uint8Array(digest).subarray(0, 8)).join(".");
}

const stage = {
	map,
	canvas,
	layout,
	letters,
	picks,
	zooms,
	painted,
	pixels,
	picture,
	/** Draw all of it anew. */
	anew: () => map.setFilter(NO_FILTER),
	show: () => (box.style.display = ""),
};

declare global {
	interface Window {
		stage: typeof stage;
	}
}
window.stage = stage;

// SPDX-License-Identifier: BSD-2-Clause
//
// usage: node browser/map_bench.mjs [SEATS]
//
// Figures of the seat map: how long the first picture takes after the data, how
// long frames are while it is dragged, and what live changes cost. A line each:
// name, figure, unit.
import { readFileSync, readdirSync } from "node:fs";
import { startBrowser } from "./chromium.mjs";
import { openStage, serveStage } from "./staged.mjs";

const SEATS = process.argv[2] ?? "50000";
const SIZES = [
	[1280, 800],
	[412, 915],
];
const LIVE_S = 10;
const CHANGES_A_SECOND = 100;
const TICKS_A_SECOND = 100;

const say = (name, figure, unit) =>
	console.log(`${name}\t${figure.toFixed(1)}\t${unit}`);

const part = (values, share) =>
	values.sort((a, b) => a - b)[Math.floor((values.length - 1) * share)];

/** Frames while the map is dragged to and fro. */
async function drag(page, [width, height]) {
	await page.evaluate(() => {
		window.steps = [];
		let before = performance.now();
		const next = (now) => {
			window.steps.push(now - before);
			before = now;
			window.ticking = requestAnimationFrame(next);
		};
		window.ticking = requestAnimationFrame(next);
	});
	await page.mouse.move(width / 2, height / 2);
	await page.mouse.down();
	for (let i = 1; i <= 120; i++)
		await page.mouse.move(
			width / 2 + (width / 3) * Math.sin(i / 9),
			height / 2 + (height / 3) * Math.sin(i / 13),
		);
	await page.mouse.up();
	return page.evaluate(() => {
		cancelAnimationFrame(window.ticking);
		return window.steps.slice(2);
	});
}

/** CPU seconds of a process and all that came of it. */
function cpuOf(pid) {
	const stats = new Map();
	for (const name of readdirSync("/proc")) {
		if (!/^\d+$/.test(name)) continue;
		try {
			const text = readFileSync(`/proc/${name}/stat`, "utf8");
			const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
			stats.set(Number(name), {
				parent: Number(fields[1]),
				ticks: Number(fields[11]) + Number(fields[12]),
			});
		} catch {
			/* It has ended. */
		}
	}
	const isOf = (one) => {
		for (let p = one; p > 1; p = stats.get(p)?.parent ?? 0)
			if (p === pid) return true;
		return false;
	};
	let sum = 0;
	for (const [one, { ticks }] of stats) if (isOf(one)) sum += ticks;
	return sum / 100;
}

/** Of a core, while nothing or so much changes. */
async function busy(page, pid, changes) {
	const before = cpuOf(pid);
	await page.evaluate(
		([n, seconds, ticks]) =>
			new Promise((done) => {
				const { map, layout } = window.stage;
				let said = 0;
				let tick = 0;
				const timer = setInterval(() => {
					const ids = [];
					for (; said < ((tick + 1) * n) / ticks; said++)
						ids.push(1 + ((said * 7919) % layout.seats.length));
					if (ids.length > 0) map.apply({ [said % 2 ? "H" : "A"]: ids });
					if (++tick < seconds * ticks) return;
					clearInterval(timer);
					done();
				}, 1000 / ticks);
			}),
		[changes, LIVE_S, TICKS_A_SECOND],
	);
	return ((cpuOf(pid) - before) / LIVE_S) * 100;
}

const stage = await serveStage();
const { browser, pid, close: end } = await startBrowser();
for (const [width, height] of SIZES) {
	const size = `${width}x${height}`;
	const { page, close } = await openStage(
		browser,
		`${stage.url}?seats=${SEATS}`,
		{ viewport: { width, height }, reducedMotion: "reduce" },
	);
	say(
		`page-map-first-${size}`,
		await page.evaluate(() => window.stage.painted),
		"ms",
	);
	/* Twice nearer than the whole; seats; numbers. */
	for (const [level, near] of [
		["overview", "map.zoomIn()"],
		["seats", "map.zoomTo(2)"],
		["numbers", "map.show([100])"],
	]) {
		await page.evaluate(`window.stage.${near}`);
		await new Promise((done) => setTimeout(done, 500));
		const steps = await drag(page, [width, height]);
		say(`page-map-pan-${level}-${size}-median`, part(steps, 0.5), "ms");
		say(`page-map-pan-${level}-${size}-p95`, part(steps, 0.95), "ms");
	}
	for (const [level, near] of [
		["overview", "map.fit()"],
		["seats", "map.zoomTo(2)"],
	]) {
		await page.evaluate(`window.stage.${near}`);
		await new Promise((done) => setTimeout(done, 1000));
		const still = await busy(page, pid, 0);
		const live = await busy(page, pid, CHANGES_A_SECOND);
		say(`page-map-live-${level}-${size}`, live - still, "% of a core");
	}
	await close();
}
await end();
stage.close();

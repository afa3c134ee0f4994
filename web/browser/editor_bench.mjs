// SPDX-License-Identifier: BSD-2-Clause
//
// usage: node browser/editor_bench.mjs [SEATS]
//
// How long frames of the hall editor are while a hall of so many seats is looked
// at and changed. A line each: name, figure, unit. PICTURES: a folder for what it
// looks like.
import { join } from "node:path";
import { startBrowser } from "./chromium.mjs";
import { serveStage } from "./staged.mjs";

const SEATS = process.argv[2] ?? "50000";
const [WIDTH, HEIGHT] = [1280, 800];

const part = (values, share) =>
	values.sort((a, b) => a - b)[Math.floor((values.length - 1) * share)];

/** Frames while something is done. */
async function frames(page, name, run) {
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
	await run();
	const steps = await page.evaluate(() => {
		cancelAnimationFrame(window.ticking);
		return window.steps.slice(2);
	});
	for (const [word, share] of [["median", 0.5], ["p95", 0.95]])
		console.log(`page-editor-${name}-${word}\t${part(steps, share).toFixed(1)}\tms`);
	if (process.env.PICTURES)
		await page.screenshot({ path: join(process.env.PICTURES, `editor-${name}.png`) });
}

const stage = await serveStage("editor.html");
const { browser, close: end } = await startBrowser();
const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT } });
page.setDefaultTimeout(120_000);
page.on("pageerror", (error) => {
	console.error(error);
	process.exitCode = 1;
});
await page.goto(`${stage.url}?seats=${SEATS}`);
await page.waitForFunction(() => window.edited !== undefined);

async function drag(steps = 100) {
	await page.mouse.down();
	for (let i = 1; i <= steps; i++)
		await page.mouse.move(
			WIDTH / 2 + (WIDTH / 4) * Math.sin(i / 9),
			HEIGHT / 2 + (HEIGHT / 4) * Math.sin(i / 13),
		);
	await page.mouse.up();
}
const key = async (name, n) => {
	for (let i = 0; i < n; i++) await page.keyboard.press(name);
};

await page.locator("canvas").focus();
await page.mouse.move(WIDTH / 2, HEIGHT / 2);
await page.keyboard.press("h");
await frames(page, "pan-whole", () => drag());
await page.keyboard.press("0");
await page.keyboard.press("v");
await page.keyboard.press("Control+a");
await frames(page, "drag-all", () => drag());
await frames(page, "nudge-all", () => key("ArrowRight", 40));
await page.keyboard.press("Escape");
await page.keyboard.press("]");
await page.keyboard.press("]");
await frames(page, "nudge-block", () => key("ArrowDown", 60));
await frames(page, "zoom", async () => {
	for (let i = 0; i < 60; i++) await page.mouse.wheel(0, i < 30 ? -100 : 100);
});
await page.evaluate(() => window.edited.board.show(new Set([window.edited.state.getState().history.now.sections[30].blocks[0].id])));
await page.keyboard.press("h");
await frames(page, "pan-seats", () => drag());
await page.keyboard.press("v");
await page.keyboard.press("Control+a");
await frames(page, "drag-all-seats", () => drag());
await end();
stage.close();

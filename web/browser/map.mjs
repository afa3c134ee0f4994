// SPDX-License-Identifier: BSD-2-Clause
//
// usage: node browser/map.mjs [PART OF A TEST'S NAME]
//
// The seat map in a real browser. PICTURES: a folder for what it looks like.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startBrowser } from "./chromium.mjs";
import { openStage, serveStage } from "./staged.mjs";

const DESK = { viewport: { width: 1280, height: 800 } };
const PHONE = {
	viewport: { width: 412, height: 915 },
	deviceScaleFactor: 2,
	hasTouch: true,
};
const CALM = { reducedMotion: "reduce" };

const tests = [];
const test = (name, query, options, run) =>
	tests.push({ name, query, options, run });

const zoomOf = (page) => page.evaluate(() => window.stage.zooms.at(-1));
const picksOf = (page) => page.evaluate(() => window.stage.picks);
const pictureOf = (page) => page.evaluate(() => window.stage.picture());
const placeOf = (page, id) =>
	page.evaluate((seat) => window.stage.map.placeOf(seat), id);
/** Two frames, so that what was asked for is on the screen. */
const frames = (page) =>
	page.evaluate(
		() =>
			new Promise((done) =>
				requestAnimationFrame(() => requestAnimationFrame(done)),
			),
	);

/** Wait until something is so; as long as a loaded machine may need. */
async function until(what, is) {
	for (let i = 0; i < 400; i++) {
		if (await is()) return;
		await new Promise((done) => setTimeout(done, 50));
	}
	assert.fail(`never: ${what}`);
}

/** Two pictures after each other that are the same. */
async function still(page) {
	let before = "";
	await until("the picture stands still", async () => {
		await new Promise((done) => setTimeout(done, 150));
		const now = await pictureOf(page);
		const same = now === before;
		before = now;
		return same;
	});
	return before;
}

/** What is on the canvas is what would be drawn if nothing were kept, but for
 * how edges are smoothed. */
async function isTrue(page) {
	await still(page);
	await page.evaluate(() => {
		window.kept = window.stage.pixels();
		window.stage.anew();
	});
	await frames(page);
	await still(page);
	const other = await page.evaluate(() => {
		const now = window.stage.pixels();
		return now.filter((value, i) => Math.abs(value - window.kept[i]) > 16)
			.length;
	});
	assert.equal(other, 0);
}

const freeOf = (page, section) =>
	page.evaluate((id) => {
		const { layout, letters } = window.stage;
		return layout.seats.find(
			(seat) =>
				seat.section_id === id && letters[seat.seat_id - 1] === "A",
		).seat_id;
	}, section);

test("a tap at overview zooms and never selects", "", DESK, async (page) => {
	assert.equal((await zoomOf(page)).level, "overview");
	const at = await placeOf(page, await freeOf(page, 2));
	await page.mouse.click(at.x, at.y);
	await still(page);
	assert.notEqual((await zoomOf(page)).level, "overview");
	assert.deepEqual(await picksOf(page), []);
});

test("a finger's first tap brings seats near, its second takes two", "?seats=20000", PHONE, async (page) => {
	const seat = await freeOf(page, 2);
	let at = await placeOf(page, seat);
	await page.touchscreen.tap(at.x, at.y);
	await still(page);
	assert.deepEqual(await picksOf(page), []);
	await page.evaluate((id) => window.stage.map.show([id]), seat);
	await still(page);
	at = await placeOf(page, seat);
	await page.touchscreen.tap(at.x, at.y);
	await until("a pick", async () => (await picksOf(page)).length === 1);
	const [pick] = await picksOf(page);
	assert.equal(pick.seat, seat);
	assert.equal(pick.seats.length, 2);
});

test("what is selected, taken or free is told apart", "?hall=cinema&party=0", DESK, async (page) => {
	const { free, taken } = await page.evaluate(() => ({
		free: window.stage.letters.indexOf("A") + 1,
		taken: window.stage.letters.indexOf("R") + 1,
	}));
	for (const id of [taken, free, free]) {
		const at = await placeOf(page, id);
		await page.mouse.click(at.x, at.y);
		await new Promise((done) => setTimeout(done, 400));
	}
	const whys = (await picksOf(page)).map(({ why }) => why);
	assert.equal(whys[0], "taken");
	assert.equal(whys.at(-1), "selected");
});

test("laid out hidden it draws when it is shown", "?hidden", DESK, async (page) => {
	await page.evaluate(() => {
		window.stage.map.apply({ R: [1, 2, 3] });
		window.stage.show();
	});
	await still(page);
	const drawn = await page.evaluate(() => {
		const { canvas } = window.stage;
		const { data } = canvas
			.getContext("2d")
			.getImageData(0, 0, canvas.width, canvas.height);
		const colours = new Set();
		for (let i = 0; i < data.length; i += 400)
			colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
		return { width: canvas.width, colours: colours.size };
	});
	assert.equal(drawn.width, 1280);
	assert.ok(drawn.colours > 8, `${drawn.colours} colours`);
	const first = await placeOf(page, 1);
	assert.ok(first.x > 0 && first.x < 1280 && first.y > 0 && first.y < 800);
});

test("turned over it shows the whole hall, and what is tapped is what is there", "?hall=cinema&party=0", PHONE, async (page) => {
	for (const [width, height] of [
		[915, 412],
		[412, 915],
		[800, 600],
	]) {
		await page.setViewportSize({ width, height });
		await until("the canvas has the size", () =>
			page.evaluate((w) => window.stage.canvas.width === 2 * w, width),
		);
		await still(page);
		for (const id of [1, 240]) {
			const at = await placeOf(page, id);
			assert.ok(at.x > 0 && at.x < width && at.y > 0 && at.y < height);
		}
	}
	const seat = await freeOf(page, 1);
	const at = await placeOf(page, seat);
	await page.mouse.click(at.x, at.y);
	await until("a pick", async () => (await picksOf(page)).length === 1);
	assert.deepEqual((await picksOf(page))[0].seats, [seat]);
});

test("resized while near it stays where it was", "", { ...DESK, ...CALM }, async (page) => {
	const seat = await freeOf(page, 3);
	await page.evaluate((id) => window.stage.map.show([id]), seat);
	await still(page);
	await page.setViewportSize({ width: 700, height: 900 });
	await still(page);
	const at = await placeOf(page, seat);
	assert.ok(Math.abs(at.x - 350) < 2 && Math.abs(at.y - 450) < 2);
	await isTrue(page);
});

test("dragged it shows what was drawn anew there", "", { ...DESK, ...CALM }, async (page) => {
	await page.evaluate(() => window.stage.map.zoomTo(2));
	await still(page);
	const seat = await freeOf(page, 2);
	const before = await placeOf(page, seat);
	await page.mouse.move(600, 400);
	await page.mouse.down();
	for (const [x, y] of [
		[640, 380],
		[733, 295],
		[500, 611],
		[471, 609],
	]) {
		await page.mouse.move(x, y, { steps: 3 });
		await frames(page);
	}
	await page.mouse.up();
	const after = await placeOf(page, seat);
	assert.ok(Math.abs(after.x - before.x + 129) < 2);
	assert.ok(Math.abs(after.y - before.y - 209) < 2);
	await page.mouse.move(1, 1);
	await isTrue(page);
	assert.deepEqual(await picksOf(page), []);
});

test("changes are drawn as if all were drawn anew", "", { ...DESK, ...CALM }, async (page) => {
	await page.evaluate(() => window.stage.map.zoomTo(5));
	await still(page);
	await page.evaluate(() => {
		const { layout, map } = window.stage;
		const ids = layout.seats.map((seat) => seat.seat_id);
		map.apply({
			H: ids.filter((id) => id % 3 === 0),
			A: ids.filter((id) => id % 7 === 1),
		});
		map.select(ids.filter((id) => id % 11 === 1));
		map.select(ids.filter((id) => id % 13 === 1));
	});
	await isTrue(page);
});

test("the wheel zooms about the mouse", "", { ...DESK, ...CALM }, async (page) => {
	const seat = await freeOf(page, 5);
	const at = await placeOf(page, seat);
	await page.mouse.move(at.x, at.y);
	for (let i = 0; i < 6; i++) await page.mouse.wheel(0, -240);
	await until("nearer", async () => (await zoomOf(page)).level !== "overview");
	await still(page);
	const after = await placeOf(page, seat);
	/* A mouse is on whole pixels; ten times nearer that is so much. */
	assert.ok(Math.hypot(after.x - at.x, after.y - at.y) < 10);
	await isTrue(page);
});

test("two fingers zoom, and no tap comes of it", "", { ...PHONE, ...CALM }, async (page) => {
	const seat = await freeOf(page, 5);
	const at = await placeOf(page, seat);
	const touch = await page.context().newCDPSession(page);
	const fingers = (type, far) =>
		touch.send("Input.dispatchTouchEvent", {
			type,
			touchPoints: far.map((dx, id) => ({ x: at.x + dx, y: at.y, id })),
		});
	await fingers("touchStart", [-20]);
	await fingers("touchStart", [-20, 20]);
	for (let far = 20; far <= 160; far += 10)
		await fingers("touchMove", [-far, far]);
	await fingers("touchEnd", []);
	await still(page);
	const after = await placeOf(page, seat);
	assert.notEqual((await zoomOf(page)).level, "overview");
	assert.ok(Math.hypot(after.x - at.x, after.y - at.y) < 4);
	assert.deepEqual(await picksOf(page), []);
});

test("two taps beside the seats zoom", "?hall=cinema", { ...DESK, ...CALM }, async (page) => {
	await page.evaluate(() => {
		window.stage.map.fit();
	});
	const wide = async () =>
		(await placeOf(page, 5)).x - (await placeOf(page, 1)).x;
	const before = await wide();
	await page.mouse.dblclick(20, 700);
	await still(page);
	assert.ok((await wide()) > before * 1.3);
	assert.deepEqual(await picksOf(page), []);
});

test("buttons go in, out and back to the whole", "", { ...DESK, ...CALM }, async (page) => {
	const before = await still(page);
	assert.equal((await zoomOf(page)).canZoomOut, false);
	for (let i = 0; i < 9; i++)
		await page.evaluate(() => window.stage.map.zoomIn());
	await still(page);
	assert.equal((await zoomOf(page)).level, "numbers");
	assert.equal((await zoomOf(page)).canZoomIn, false);
	await page.evaluate(() => window.stage.map.zoomOut());
	await still(page);
	assert.equal((await zoomOf(page)).canZoomIn, true);
	await page.evaluate(() => window.stage.map.fit());
	assert.equal(await still(page), before);
});

test("in the dark it is dark at once", "", { ...DESK, ...CALM }, async (page) => {
	const corner = () =>
		page.evaluate(() =>
			Array.from(
				window.stage.canvas.getContext("2d").getImageData(2, 2, 1, 1).data,
			),
		);
	assert.deepEqual(await corner(), [0xee, 0xf0, 0xf4, 255]);
	await page.emulateMedia({ colorScheme: "dark" });
	await still(page);
	assert.deepEqual(await corner(), [0x10, 0x12, 0x18, 255]);
});

test("what may not move does not travel", "", { ...DESK, ...CALM }, async (page) => {
	const far = await page.evaluate(() => {
		window.stage.map.zoomTo(2);
		return window.stage.map.placeOf(1);
	});
	await still(page);
	assert.deepEqual(await placeOf(page, 1), far);
});

test("only seats in sight are drawn", "?seats=50000", { ...DESK, ...CALM }, async (page) => {
	await page.evaluate(() => {
		window.drawn = 0;
		const draw = CanvasRenderingContext2D.prototype.drawImage;
		CanvasRenderingContext2D.prototype.drawImage = function (...args) {
			window.drawn++;
			return draw.apply(this, args);
		};
	});
	await page.evaluate(() => window.stage.map.show([100]));
	await frames(page);
	const drawn = await page.evaluate(() => window.drawn);
	assert.ok(drawn > 200 && drawn < 2500, `${drawn} pictures`);
});

test("a destroyed map hears nothing", "", DESK, async (page) => {
	await page.evaluate(() => window.stage.map.destroy());
	const before = await pictureOf(page);
	await page.mouse.click(640, 300);
	await page.mouse.wheel(0, -500);
	await frames(page);
	assert.equal(await pictureOf(page), before);
});

// ---- what it looks like ----

const PICTURES = [
	["arena-overview", "?seats=20000", DESK, []],
	["arena-near", "?seats=20000", DESK, [["zoomTo", 2]]],
	["arena-numbers", "?seats=20000", DESK, [["show", [1500]], ["zoomIn"]]],
	["arena-phone", "?seats=20000&ko", PHONE, []],
	["arena-phone-near", "?seats=20000&ko", PHONE, [["show", [1500]]]],
	["concert", "?hall=concert", DESK, [["select", [260, 261]]]],
	["concert-phone", "?hall=concert", PHONE, []],
	["cinema", "?hall=cinema", DESK, [["select", [105, 106]]]],
	["cinema-phone", "?hall=cinema&ko", PHONE, []],
];

async function takePictures(browser, url, folder) {
	mkdirSync(folder, { recursive: true });
	for (const [name, query, options, calls] of PICTURES)
		for (const colorScheme of ["light", "dark"]) {
			const { page, close } = await openStage(browser, url + query, {
				...options,
				...CALM,
				colorScheme,
			});
			for (const [call, ...args] of calls) {
				await page.evaluate(
					([what, given]) => window.stage.map[what](...given),
					[call, args],
				);
				await still(page);
			}
			await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
			await close();
		}
}

const stage = await serveStage();
const { browser, close: end } = await startBrowser();
const asked = tests.filter(({ name }) => name.includes(process.argv[2] ?? ""));
let failed = 0;
console.log(`1..${asked.length}`);
for (const [i, { name, query, options, run }] of asked.entries()) {
	const { page, wrong, close } = await openStage(
		browser,
		stage.url + query,
		options,
	);
	try {
		await run(page);
		assert.deepEqual(wrong, []);
		console.log(`ok ${i + 1} - ${name}`);
	} catch (error) {
		failed++;
		console.log(`not ok ${i + 1} - ${name}`);
		console.log(String(error.stack).replace(/^/gm, "# "));
	}
	await close();
}
if (process.env.PICTURES !== undefined)
	await takePictures(browser, stage.url, process.env.PICTURES);
await end();
stage.close();
process.exitCode = failed > 0 ? 1 : 0;

// SPDX-License-Identifier: BSD-2-Clause
//
// bench - how fast the page of a stack is: what Lighthouse gives it, and how long
// a buyer far away waits for his first seat. A line each: name, figure, unit.
//
// usage: bench.cjs NAME...
//
// Layer: tests.  Uses: browser, buyer.
"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { PHONE, open, openVisitor, lighthouse, visit } = require("./browser.cjs");
const { EN, api, onSale, account, logIn } = require("./buyer.cjs");

const N_LOOKS = 5;
const N_TAPS = 3;
/** A telephone some way from its mast. */
const FAR = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };
const SLOW = { rate: 4 };

const say = (name, figure, unit) => console.log(`${name}\t${figure.toFixed(1)}\t${unit}`);
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** The largest hall there is. */
async function arena(page) {
	const { items } = await api(page, "/shows?kind=concert");
	const lists = await Promise.all(items.map((show) => api(page, `/shows/${show.id}/performances`)));
	const now = Date.now();
	const found = lists.flatMap((list) => list.items)
		.filter((one) => one.status === "open" && Date.parse(one.sales_open_at) < now)
		.sort((a, b) => b.seat_count - a.seat_count);
	return found[0];
}

/** Lighthouse's score of performance, of 100. */
async function scores(wanted) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "boxoffice-visitor-"));
	const { context, port } = await openVisitor(folder, { locale: "en-GB" });
	try {
		const page = await context.newPage();
		const one = await onSale(page, "play");
		const addresses = {
			list: "/",
			show: `/shows/${one.show.id}`,
			timetable: `/timetable?date=${one.local_date}`,
			map: `/performances/${one.id}`,
			arena: `/performances/${(await arena(page)).id}`,
			login: "/login",
		};
		for (const [name, address] of Object.entries(addresses)) {
			const row = `page-score-${name}`;
			if (!wanted.includes(row)) continue;
			const looks = [];
			for (let i = 0; i < N_LOOKS; i++) {
				const said = await lighthouse(port, address, { onlyCategories: ["performance"], throttlingMethod: "simulate", disableStorageReset: false });
				looks.push(said.categories.performance.score * 100);
			}
			say(row, median(looks), "of 100");
		}
	} finally {
		await context.close();
		fs.rmSync(folder, { recursive: true });
	}
}

/** Two taps on a section left of the stage: nearer, and seats; where the one that
 * was met is not for sale, a little beside it. */
async function tapSeats(page) {
	const canvas = page.locator("canvas");
	await canvas.waitFor();
	const box = await canvas.boundingBox();
	const far = page.getByRole("button", { name: EN["map.out"] });
	const chosen = page.locator(".chosen .pill").first();
	for (const there of [() => far.isEnabled(), () => chosen.isVisible()])
		for (let i = 0; !(await there()); i++) {
			await page.touchscreen.tap(box.x + box.width * 0.27 + 20 * (i % 4), box.y + box.height * 0.37);
			// Less would be a double tap.
			await page.waitForTimeout(400);
		}
}

/** From the address of an arena to the seats that a tap holds, by fingers that do
 * not hesitate. */
async function firstSeat() {
	const { browser, close } = await open();
	const took = [];
	for (let i = 0; i < N_TAPS; i++) {
		const page = await visit(browser, { ...PHONE, reducedMotion: "reduce" }, "en-GB");
		const one = await arena(page);
		const login_id = await account(page);
		await page.goto("/login");
		await logIn(page, EN, login_id);
		await page.locator(".show-card").first().waitFor();
		const cdp = await page.context().newCDPSession(page);
		await cdp.send("Network.enable");
		await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
		await cdp.send("Network.emulateNetworkConditions", FAR);
		await cdp.send("Emulation.setCPUThrottlingRate", SLOW);
		page.setDefaultTimeout(60_000);
		const held = page.waitForResponse((answer) => answer.url().endsWith("/holds") && answer.status() === 201).then(() => Date.now());
		const began = Date.now();
		await page.goto(`/performances/${one.id}`, { waitUntil: "commit" });
		await tapSeats(page);
		took.push((await held - began) / 1000);
		await page.context().close();
	}
	await close();
	say("page-first-seat", median(took), "s");
}

async function main(wanted) {
	if (wanted.some((name) => name.startsWith("page-score-"))) await scores(wanted);
	if (wanted.includes("page-first-seat")) await firstSeat();
}

main(process.argv.slice(2)).catch((failure) => {
	console.error(failure);
	process.exit(1);
});

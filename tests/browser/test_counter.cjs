// SPDX-License-Identifier: BSD-2-Clause
//
// test_counter - a till is opened, sells by keys, and is counted
//
// Layer: tests.  Uses: browser, buyer, desk.
"use strict";
const assert = require("node:assert");
const { DESK, visit, shot, inaccessible, main } = require("./browser.cjs");
const { EN, freeSeats } = require("./buyer.cjs");
const { T, does, enter, nameOf, openTill } = require("./desk.cjs");

const N_SALES = 100;
/** Two seats, whichever or by name, take at most so many. */
const KEYS_MAX = 12;

async function first(page, path) {
	return (await page.request.get(`/api/v1${path}`)).json();
}

/** A performance with seats for all, on sale and without a line. */
async function roomy(page) {
	for (const show of (await first(page, "/shows?limit=100")).items)
		for (const one of (await first(page, `/shows/${show.id}/performances?limit=100`)).items)
			if (one.remaining > 3 * N_SALES && one.queue_mode === "off") return one.id;
	throw new Error("no performance has so many seats left");
}

/** The last sale goes back. */
async function reverse(page) {
	const number = (await page.locator(".notice.good").innerText()).split(" ").pop();
	const row = page.getByRole("row").filter({ hasText: number });
	await does(page, T["counter.reverse"], async () => {
		await shot(page, "counter-3-reverse");
		assert.deepEqual(await inaccessible(page), []);
	}, row);
	await row.getByText(EN["reservation.CANCELLED"]).waitFor();
}

/** Pairs of neighbours as one says them, "A1 2", that leave nobody alone. */
async function pairs(page, performance) {
	const { seats, segments } = await first(page, `/performances/${performance}/layout`);
	const free = new Set(await freeSeats(page, performance));
	const place = ({ row, number }) => `${row}/${number}`;
	const often = new Map();
	for (const seat of seats) often.set(place(seat), (often.get(place(seat)) ?? 0) + 1);
	return segments.filter((ids) => ids.every((id) => free.has(id))).flatMap((ids) => {
		const row = ids.map((id) => seats[id - 1]).filter((seat) => often.get(place(seat)) === 1);
		return row.length < ids.length ? [] : row.slice(0, row.length - (row.length % 2 === 0 ? 0 : 3))
			.flatMap((seat, i, all) => (i % 2 === 0 ? [`${nameOf(seat)} ${all[i + 1].number}`] : []));
	});
}

/** However long a busy machine takes for it. */
async function sold(page, n) {
	await page.locator(`#entry[data-sales='${n}'][aria-busy=false]`).waitFor({ timeout: 300_000 });
}

async function a_hundred_sales_by_keys_lose_none_and_the_till_is_right(browser) {
	const page = await visit(browser, DESK, "en-GB");
	await page.goto("/operator");
	await enter(page);
	await openTill(page, "browser", "50,000");
	const performance = await roomy(page);
	const named = (await pairs(page, performance)).slice(0, N_SALES / 2);
	await page.goto(`/operator/counter/${performance}`);
	await page.locator("#entry").focus();
	await page.keyboard.type(named[0] ?? "2");
	await page.keyboard.press("Enter");
	await page.locator("#entry[data-step=pay][aria-busy=false]").waitFor();
	await shot(page, "counter-1-held");
	assert.deepEqual(await inaccessible(page), []);
	await page.keyboard.press("c");
	await sold(page, 1);
	await shot(page, "counter-2-sold");
	const sales = [...named.slice(1), ...Array(N_SALES).fill("2")].slice(0, N_SALES - 1);
	let most = 0;
	for (const seats of sales) {
		const keys = [...seats, "Enter", "c"];
		most = Math.max(most, keys.length);
		assert.ok(keys.length <= KEYS_MAX, seats);
		for (const key of keys) await page.keyboard.press(key);
	}
	await sold(page, N_SALES);
	console.log(`# ${named.length} of ${N_SALES} sales by the names of their seats, two by ${most} keys at most`);
	await reverse(page);
	await page.goto("/operator/counter/close");
	const expected = await page.locator("tbody .n").last().innerText();
	const cash = 50000 + Number(expected.replaceAll(/\D/g, ""));
	await page.locator("input[name=counted]").fill(String(cash));
	await page.keyboard.press("Enter");
	await page.locator(".notice.good").waitFor();
	await shot(page, "counter-4-counted");
	assert.deepEqual(await inaccessible(page), []);
}

void main([a_hundred_sales_by_keys_lose_none_and_the_till_is_right]);

// SPDX-License-Identifier: BSD-2-Clause
//
// test_counter - a till is opened, sells by keys, and is counted
//
// Layer: tests.  Uses: browser, buyer.
"use strict";
const assert = require("node:assert");
const { ENV, DESK, visit, shot, inaccessible, main } = require("./browser.cjs");
const { EN } = require("./buyer.cjs");
const T = require("../../web/src/operator/words/en.json");

const N_SALES = 100;

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

async function enter(page) {
	await page.goto("/operator/counter");
	const fields = page.locator("main input");
	await fields.nth(0).fill(ENV.ADMIN_LOGIN);
	await fields.nth(1).fill(ENV.ADMIN_PASSWORD);
	await page.keyboard.press("Enter");
	await page.locator("input[name=till]").fill("browser");
	await page.locator("input[name=float]").fill("50,000");
	await page.keyboard.press("Enter");
	await page.getByRole("heading", { name: /browser/ }).waitFor();
}

/** The last sale goes back. */
async function reverse(page) {
	const number = (await page.locator(".notice.good").innerText()).split(" ").pop();
	const row = page.getByRole("row").filter({ hasText: number });
	await row.getByRole("button", { name: T["counter.reverse"], exact: true }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel(T["ask.why"]).fill("a test asked for it");
	await shot(page, "counter-3-reverse");
	assert.deepEqual(await inaccessible(page), []);
	await dialog.getByRole("button", { name: T["counter.reverse"], exact: true }).click();
	await dialog.waitFor({ state: "detached" });
	await row.getByText(EN["reservation.CANCELLED"]).waitFor();
}

async function sold(page, n) {
	await page.locator(`#entry[data-sales='${n}'][aria-busy=false]`).waitFor();
}

async function a_hundred_sales_by_keys_lose_none_and_the_till_is_right(browser) {
	const page = await visit(browser, DESK, "en-GB");
	await enter(page);
	await page.goto(`/operator/counter/${await roomy(page)}`);
	await page.locator("#entry").focus();
	await page.keyboard.type("2");
	await page.keyboard.press("Enter");
	await page.locator("#entry[data-step=pay][aria-busy=false]").waitFor();
	await shot(page, "counter-1-held");
	assert.deepEqual(await inaccessible(page), []);
	await page.keyboard.press("c");
	await sold(page, 1);
	await shot(page, "counter-2-sold");
	for (let i = 1; i < N_SALES; i++)
		for (const key of ["2", "Enter", "c"]) await page.keyboard.press(key);
	await sold(page, N_SALES);
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

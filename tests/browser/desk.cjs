// SPDX-License-Identifier: BSD-2-Clause
//
// desk - what an operator does on his page, and what there is for him to do
//
// Layer: tests.  Uses: browser, buyer.
"use strict";
const assert = require("node:assert");
const { execSync } = require("node:child_process");
const { ENV } = require("./browser.cjs");
const { EN, PASSWORD, account, onSale, post } = require("./buyer.cjs");
const T = require("../../web/src/operator/words/en.json");

/** What tests say that they do things for. */
const WHY = "a test asked for it";

/** Logs in where the page asks for it. */
async function enter(page, name = ENV.ADMIN_LOGIN, password = ENV.ADMIN_PASSWORD, buyers = EN) {
	await page.getByLabel(buyers["login.id"]).fill(name);
	await page.getByLabel(buyers["login.password"]).fill(password);
	await page.keyboard.press("Enter");
	await page.locator(".desk-side nav").waitFor();
}

/** A button, and what it asks once more. */
async function does(page, name, fill = async () => undefined, where = page) {
	await where.getByRole("button", { name, exact: true }).first().click();
	const dialog = page.getByRole("dialog", { name, exact: true });
	await fill(dialog);
	const why = dialog.getByLabel(T["ask.why"]);
	if ((await why.count()) > 0) await why.fill(WHY);
	await dialog.getByRole("button", { name, exact: true }).click();
	await dialog.waitFor({ state: "detached" }).catch(async () => assert.fail(await dialog.innerText()));
}

/** Somebody whom boxofficectl has made staff. */
async function hired(page) {
	const name = await account(page);
	execSync(`${ENV.CTL} user role ${name} STAFF --reason hired`);
	return name;
}

/** Somebody buys two seats of a play: what he owns. */
async function bought(page, performance) {
	performance ??= await onSale(page, "play");
	const login_id = await account(page, 1_000_000);
	const { access_token } = await (await post(page, "/auth/login", { login_id, password: PASSWORD })).json();
	const held = await post(page, `/performances/${performance.id}/holds`, { best_available: { quantity: 2 } }, access_token);
	assert.equal(held.status(), 201, await held.text());
	const { hold_token, seat_ids } = await held.json();
	const paid = await page.context().request.post("/api/v1/payments", {
		data: { hold_token, method: "wallet" },
		headers: { Authorization: `Bearer ${access_token}`, "Idempotency-Key": hold_token },
	});
	assert.equal(paid.status(), 201, await paid.text());
	const { reservation, payment } = await paid.json();
	return { login_id, performance, seats: seat_ids, number: reservation.number, payment: payment.id };
}

/** A seat as one says it at a counter: "A12", or "3/12" where rows are numbered. */
const nameOf = ({ row, number }) => (/^[^\d/-]+$/.test(row) ? `${row}${number}` : `${row}/${number}`);

/** A till with so much in it, whose page is shown. */
async function openTill(page, till, float) {
	await page.goto("/operator/counter");
	await page.locator("input[name=till]").fill(till);
	await page.locator("input[name=float]").fill(String(float));
	await page.keyboard.press("Enter");
	await page.getByRole("heading", { name: new RegExp(till) }).waitFor();
}

module.exports = { T, WHY, enter, does, hired, bought, nameOf, openTill };

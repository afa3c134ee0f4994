// SPDX-License-Identifier: BSD-2-Clause
//
// test_transfer - a reservation is passed on from one browser to another
//
// Layer: tests.  Uses: browser, buyer.
"use strict";
const assert = require("node:assert");
const { PHONE, DESK, visit, shot, inaccessible, main } = require("./browser.cjs");
const { EN, KO, PASSWORD, account, like, logInRich, onSale, payAndSee, quiet } = require("./buyer.cjs");

/** Somebody with two seats, in front of their reservation. */
async function owner(browser, kind, language, T) {
	const page = await visit(browser, kind, language);
	const one = await onSale(page, "play");
	assert.equal(one.transfers, "on");
	await page.goto(`/login?next=/performances/${one.id}`);
	await logInRich(page, T);
	await page.getByRole("button", { name: like(T["pick.best"]) }).click();
	await payAndSee(page, T);
	await page.getByRole("link", { name: T["nav.reservations"] }).last().click();
	await page.getByRole("heading", { name: T["transfer.title"] }).waitFor();
	return page;
}

/** He who has a link, and has to log in first. */
async function comer(browser, kind, language, T, link) {
	const page = await visit(browser, kind, language);
	const login = await account(page);
	await page.goto(link);
	await page.getByRole("heading", { name: T["login.title"] }).waitFor();
	return { page, login, async logsIn() {
		await page.getByLabel(T["login.id"]).fill(login);
		await page.getByLabel(T["login.password"]).fill(PASSWORD);
		await page.getByRole("button", { name: T["login.do"], exact: true }).click();
		await page.getByRole("heading", { name: T["transfer.title.offered"] }).waitFor();
	} };
}

async function linkOf(page, T) {
	const field = page.getByLabel(T["transfer.link"], { exact: true });
	await field.waitFor();
	return field.inputValue();
}

async function sound(page, name) {
	await page.locator(".waiting").waitFor({ state: "detached" });
	await shot(page, `transfer-${name}`);
	assert.deepEqual(await inaccessible(page, "light"), []);
}

async function a_link_passes_it_on_and_both_see_so(browser) {
	const page = await owner(browser, DESK, "en-GB", EN);
	await sound(page, "to-offer");
	await page.getByRole("button", { name: EN["transfer.make"] }).click();
	const link = await linkOf(page, EN);
	await sound(page, "offered");
	await page.getByRole("button", { name: EN["transfer.copy"], exact: true }).click();
	await page.getByText(EN["transfer.copied"]).waitFor();
	const other = await comer(browser, PHONE, "en-GB", EN, link);
	await other.logsIn();
	await other.page.locator(".ticket-seats li").nth(1).waitFor();
	await sound(other.page, "to-accept");
	await other.page.getByRole("button", { name: EN["transfer.accept"], exact: true }).tap();
	await other.page.locator(".notice.good").waitFor();
	await sound(other.page, "accepted");
	await other.page.getByRole("link", { name: EN["reservation.title"], exact: true }).tap();
	await other.page.getByText(EN["transfer.paid-by-other"]).waitFor();
	await sound(other.page, "received");
	await page.goto("/reservations");
	await page.getByText(EN["transfer.passed.on"], { exact: true }).waitFor();
	await sound(page, "passed");
	quiet(page);
	quiet(other.page);
}

async function who_is_named_takes_it_until_it_is_taken_back(browser) {
	const page = await owner(browser, PHONE, "ko-KR", KO);
	const name = page.getByLabel(KO["transfer.to"], { exact: true });
	await name.fill("nobody-at-all");
	await page.getByRole("button", { name: KO["transfer.make"] }).tap();
	await page.getByText(KO["transfer.to.none"]).waitFor();
	const login = await account(page);
	await name.fill(login);
	await page.getByRole("button", { name: KO["transfer.make"] }).tap();
	const link = await linkOf(page, KO);
	await page.getByText(like(KO["transfer.open.to"])).waitFor();
	await sound(page, "named");
	// Somebody else learns nothing.
	const other = await comer(browser, DESK, "ko-KR", KO, link);
	await other.logsIn();
	await other.page.getByText(KO["transfer.gone"]).waitFor();
	await sound(other.page, "gone");
	await page.getByRole("button", { name: KO["transfer.back"] }).tap();
	await name.waitFor();
	await page.goto(link);
	await page.getByText(KO["transfer.gone"]).waitFor();
}

void main([
	a_link_passes_it_on_and_both_see_so,
	who_is_named_takes_it_until_it_is_taken_back,
]);

// SPDX-License-Identifier: BSD-2-Clause
//
// test_card - paying by card: taken, asked at the bank, declined, given up
//
// tests/paysim, which the stack has, plays the bank.
//
// Layer: tests.  Uses: browser, buyer.
"use strict";
const assert = require("node:assert");
const { execSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { ENV, PHONE, DESK, visit, shot, inaccessible, main } = require("./browser.cjs");
const { EN, KO, like, onSale, account, logIn, quiet } = require("./buyer.cjs");

const TAKEN = "4242 4242 4242 4242";
const ASKS = "4000 0025 0000 3155";
const POOR = "4000 0000 0000 9995";

/** The page is as it should be, and a picture is taken of it. */
async function look(page, name) {
	await shot(page, `card-${name}`);
	assert.deepEqual(await inaccessible(page), [], name);
}

/** Somebody without money, at his seats. */
async function sitDown(browser, size, language) {
	const [locale, t] = language === "ko" ? ["ko-KR", KO] : ["en-GB", EN];
	const page = await visit(browser, size, locale);
	const one = await onSale(page, "play");
	await page.goto(`/login?next=/performances/${one.id}`);
	page.login = await account(page);
	await logIn(page, t, page.login);
	await page.getByRole("button", { name: like(t["pick.best"]) }).click();
	await page.getByRole("heading", { name: t["basket.title"] }).waitFor();
	return [page, t];
}

const seatsOf = (page) => page.locator(".lines li > :first-child").allInnerTexts();
const payButton = (page, t) => page.getByRole("button", { name: like(t["basket.pay"]) });

async function payWith(page, t, number, press = (button) => button.click()) {
	await page.getByLabel(t["pay.card"], { exact: true }).check();
	await page.locator(".card-number").fill(number);
	await page.getByLabel(t["basket.agree"]).check();
	await press(payButton(page, t));
}

/** How often the provider was asked for money of somebody, and has taken it. */
function asked(login) {
	const rows = execSync(`${ENV.PSQL_PRIMARY} -At`, {
		encoding: "utf8",
		input: `SELECT o.outside_ref FROM payment_outside o JOIN payments p ON p.id = o.payment_id
			JOIN users u ON u.id = p.user_id WHERE u.login_id = '${login}'`,
	});
	const refs = new Set(rows.trim().split("\n"));
	const journal = path.join(path.dirname(ENV.PIDS_DIR), "data/paysim/journal.jsonl");
	const lines = fs.readFileSync(journal, "utf8").trim().split("\n").map((line) => JSON.parse(line));
	const mine = new Set(lines.filter((line) => line.what === "created" && refs.has(line.metadata.boxoffice_ref))
		.map((line) => line.intent));
	return {
		payments: refs.size,
		captures: lines.filter((line) => line.what === "captured" && mine.has(line.intent)).length,
	};
}

const done = (page, t) => page.getByRole("heading", { name: t["done.title"] }).waitFor();
const atBank = (page) => page.getByRole("heading", { name: "Your bank asks" }).waitFor();

async function seats_are_bought_by_card_with_an_empty_wallet(browser) {
	const [page, t] = await sitDown(browser, PHONE, "en");
	await page.getByText(like(t["basket.wallet.short"])).waitFor();
	await page.getByLabel(t["pay.card"], { exact: true }).check();
	await page.locator(".card-number").scrollIntoViewIfNeeded();
	await look(page, "basket");
	await payWith(page, t, "4242");
	await page.getByText(t["card.incomplete"]).waitFor();
	await payWith(page, t, TAKEN);
	await done(page, t);
	quiet(page);
}

async function the_bank_asks_the_buyer_and_sends_him_back(browser) {
	const [page, t] = await sitDown(browser, DESK, "ko");
	await payWith(page, t, ASKS);
	await atBank(page);
	await shot(page, "card-bank");
	await page.getByRole("button", { name: "Approve" }).click();
	await done(page, t);
	quiet(page);
}

async function a_declined_card_says_why_and_another_buys_the_same_seats(browser) {
	const [page, t] = await sitDown(browser, PHONE, "ko");
	const seats = await seatsOf(page);
	await payWith(page, t, POOR);
	await page.getByText(t["payment.reason.insufficient_funds"]).waitFor();
	await look(page, "declined");
	await page.getByRole("link", { name: t["payment.again"] }).click();
	await page.getByRole("timer").waitFor();
	assert.deepEqual(await seatsOf(page), seats);
	await payWith(page, t, TAKEN);
	await done(page, t);
	quiet(page);
}

async function who_comes_back_from_his_bank_may_go_again_or_give_up(browser) {
	const [page, t] = await sitDown(browser, PHONE, "en");
	await payWith(page, t, ASKS);
	await atBank(page);
	await page.goBack();
	await page.getByText(t["payment.bank"]).waitFor();
	await look(page, "waiting");
	await page.getByRole("button", { name: t["payment.to-bank"] }).click();
	await atBank(page);
	await page.goBack();
	await page.getByRole("button", { name: t["payment.give-up"] }).click();
	await page.getByText(t["payment.reason.given-up"]).waitFor();
	await page.getByRole("link", { name: t["payment.again"] }).click();
	await payButton(page, t).waitFor();
	quiet(page);
}

/** By a quick hand, and faster than any: before the page has heard of the first. */
const TWICE = [
	(button) => button.dblclick(),
	async (button) => {
		await button.click({ trial: true });
		await button.evaluate((element) => {
			element.click();
			element.click();
		});
	},
];

async function a_double_click_takes_the_money_once(browser) {
	for (const press of TWICE) {
		const [page, t] = await sitDown(browser, DESK, "en");
		await payWith(page, t, TAKEN, press);
		await done(page, t);
		assert.deepEqual(asked(page.login), { payments: 1, captures: 1 });
		quiet(page);
		await page.context().close();
	}
}

void main([
	seats_are_bought_by_card_with_an_empty_wallet,
	a_double_click_takes_the_money_once,
	the_bank_asks_the_buyer_and_sends_him_back,
	a_declined_card_says_why_and_another_buys_the_same_seats,
	who_comes_back_from_his_bank_may_go_again_or_give_up,
]);

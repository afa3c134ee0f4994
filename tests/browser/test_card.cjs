// SPDX-License-Identifier: BSD-2-Clause
//
// test_card - paying by card, for seats and for what other seats cost more: taken,
// asked at the bank, declined, given up
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
const { EN, KO, like, api, onSale, account, logIn, list, goOn, until, quiet } = require("./buyer.cjs");

const TAKEN = "4242 4242 4242 4242";
const ASKS = "4000 0025 0000 3155";
const POOR = "4000 0000 0000 9995";

/** The page is as it should be, and a picture is taken of it. */
async function look(page, name, scheme) {
	await shot(page, `card-${name}`);
	assert.deepEqual(await inaccessible(page, scheme), [], name);
}

/** Somebody without money, where he chooses seats. */
async function comeIn(browser, size, language, scheme, performance) {
	const [locale, t] = language === "ko" ? ["ko-KR", KO] : ["en-GB", EN];
	const page = await visit(browser, size, locale, scheme);
	const id = performance ?? (await onSale(page, "play")).id;
	await page.goto(`/login?next=/performances/${id}`);
	page.login = await account(page);
	await logIn(page, t, page.login);
	return [page, t];
}

/** The same at his seats. */
async function sitDown(browser, size, language) {
	const [page, t] = await comeIn(browser, size, language);
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

// ---- what other seats cost more ----

/** A film whose seats may become any others; the first row is cheap. */
async function movable(browser) {
	const desk = await visit(browser, DESK, "en-GB");
	const { id } = await onSale(desk, "movie");
	execSync(`${ENV.PSQL_PRIMARY} -q`, { input: `UPDATE performances SET moves = 'any' WHERE id = ${id}` });
	// What was kept in front of the workers is old for some seconds.
	await until("moves are allowed", async () => (await api(desk, `/performances/${id}`)).moves === "any");
	const { price_classes: classes } = await api(desk, `/performances/${id}/layout`);
	const prices = classes.map(({ price }) => price);
	await desk.context().close();
	return { id, dearest: prices.indexOf(Math.max(...prices)) };
}

/** Somebody who has paid for two cheap seats by card, where he chooses others. */
async function onTheMove(browser, language, scheme, film) {
	const [page, t] = await comeIn(browser, PHONE, language, scheme, film.id);
	await list(page, t);
	await page.locator(".seat-row").first().locator("button").first().click();
	await page.locator(".chosen .pill").nth(1).waitFor();
	await goOn(page, t);
	await page.getByRole("heading", { name: t["basket.title"] }).waitFor();
	await payWith(page, t, TAKEN);
	await done(page, t);
	await page.getByRole("link", { name: t["nav.reservations"] }).last().click();
	await page.locator(".ticket-seats li").nth(1).waitFor();
	const seats = await ownedBy(page);
	await page.getByRole("link", { name: t["move.title"] }).click();
	return [page, t, seats];
}

const ownedBy = (page) => page.locator(".ticket-seats li").allInnerTexts();

/** Of the reservation whose page, or a page of which, is shown. */
const numberOf = (page) => /\/reservations\/([^/]+)/.exec(page.url())[1];

/** Two of the dearest seats: what they are, when it is told what they cost more. */
async function chooseDearer(page, t, film) {
	await list(page, t);
	await page.locator(`.seat-button.class-${film.dearest}`).first().click();
	await page.getByText(like(t["move.costs-more"])).waitFor();
	const seats = await page.locator(".change .lines b").allInnerTexts();
	assert.equal(seats.length, 2);
	return seats;
}

async function payDifference(page, t, number) {
	await page.locator(".card-number").fill(number);
	await page.getByRole("button", { name: t["move.do"], exact: true }).click();
	await page.getByRole("alertdialog").getByRole("button", { name: like(t["move.pay"]) }).click();
}

/** His reservation is shown, with these seats. */
async function has(page, seats) {
	await page.waitForURL(/\/reservations\/[^/]+$/);
	for (const seat of seats) await page.locator(".ticket-seats li", { hasText: seat }).waitFor();
}

async function dearer_seats_are_had_for_the_difference_by_card(browser) {
	const film = await movable(browser);
	const [page, t] = await onTheMove(browser, "en", "light", film);
	const seats = await chooseDearer(page, t, film);
	await page.locator(".card-number").scrollIntoViewIfNeeded();
	await look(page, "move");
	await payDifference(page, t, "4242");
	await page.getByText(t["card.incomplete"]).waitFor();
	await page.locator(".card-number").fill(TAKEN);
	await page.getByRole("alertdialog").scrollIntoViewIfNeeded();
	await look(page, "move-sure");
	await page.getByRole("alertdialog").getByRole("button", { name: like(t["move.pay"]) }).click();
	await has(page, seats);
	await look(page, "moved");
	assert.deepEqual(asked(page.login), { payments: 2, captures: 2 });
	quiet(page);
}

async function a_declined_difference_leaves_the_old_seats_and_a_bank_that_is_asked_gives_others(browser) {
	const film = await movable(browser);
	const [page, t, old] = await onTheMove(browser, "ko", "dark", film);
	await chooseDearer(page, t, film);
	await page.locator(".card-number").scrollIntoViewIfNeeded();
	await look(page, "move-dark", "dark");
	await payDifference(page, t, POOR);
	await page.getByText(t["payment.reason.insufficient_funds"]).waitFor();
	await page.getByText(t["move.kept"]).waitFor();
	await look(page, "move-declined", "dark");
	await page.getByRole("link", { name: t["move.back"] }).click();
	await page.getByRole("heading", { name: t["move.title"] }).waitFor();
	const number = numberOf(page);
	await page.goto(page.url().replace(/\/move$/, ""));
	await has(page, old);
	await page.getByRole("link", { name: t["move.title"] }).click();
	const seats = await chooseDearer(page, t, film);
	await payDifference(page, t, ASKS);
	await atBank(page);
	await page.goBack();
	await page.getByText(t["payment.bank"]).waitFor();
	await look(page, "move-waiting", "dark");
	// Another move has to wait for this one, and says where that is.
	const waiting = page.url();
	await page.goto(waiting.replace(/\/payments.*/, `/reservations/${number}/move`));
	await chooseDearer(page, t, film);
	await payDifference(page, t, TAKEN);
	await page.getByRole("link", { name: t["payment.look"] }).click();
	await page.waitForURL(waiting);
	await page.getByRole("button", { name: t["payment.to-bank"] }).click();
	await page.getByRole("button", { name: "Approve" }).click();
	await has(page, seats);
	await look(page, "moved-dark", "dark");
	quiet(page);
}

async function what_somebody_else_paid_for_becomes_nothing_dearer(browser) {
	const film = await movable(browser);
	const [paid, , seats] = await onTheMove(browser, "en", "light", film);
	const [page, t] = await comeIn(browser, PHONE, "en", "light", film.id);
	await page.waitForURL((url) => url.pathname.startsWith("/performances/"));
	const number = numberOf(paid);
	execSync(`${ENV.CTL} reservation transfer ${number} ${page.login} --reason "a test"`);
	const passedOn = `SELECT count(*) FROM reservation_transfers JOIN reservations AS r ON r.id = reservation_id WHERE number = '${number}'`;
	await until("the replica knows", () => execSync(`${ENV.PSQL_REPLICA} -Atc "${passedOn}"`).toString().trim() === "1");
	await page.goto(`/reservations/${number}/move`);
	await page.getByText(t["move.not-dearer"]).waitFor();
	await list(page, t);
	await page.locator(`.seat-button.class-${film.dearest}`).first().click();
	await page.getByRole("alert").getByText(t["move.not-dearer"]).waitFor();
	assert.equal(await page.getByRole("button", { name: t["move.do"], exact: true }).count(), 0);
	assert.equal(await page.locator(".card-number").count(), 0);
	await look(page, "move-of-another");
	await page.goto(`/reservations/${number}`);
	await has(page, seats);
	quiet(page);
}

void main([
	seats_are_bought_by_card_with_an_empty_wallet,
	a_double_click_takes_the_money_once,
	the_bank_asks_the_buyer_and_sends_him_back,
	a_declined_card_says_why_and_another_buys_the_same_seats,
	who_comes_back_from_his_bank_may_go_again_or_give_up,
	dearer_seats_are_had_for_the_difference_by_card,
	a_declined_difference_leaves_the_old_seats_and_a_bank_that_is_asked_gives_others,
	what_somebody_else_paid_for_becomes_nothing_dearer,
]);

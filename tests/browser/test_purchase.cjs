// SPDX-License-Identifier: BSD-2-Clause
//
// test_purchase - from what is on to seats that are owned, by every hand
//
// Layer: tests.  Uses: browser, buyer.
"use strict";
const assert = require("node:assert");
const { PHONE, DESK, visit, shot, main } = require("./browser.cjs");
const { EN, KO, HANDS, PASSWORD, like, account, logIn, logInRich, onSale, payAndSee, post, quiet, scanned } = require("./buyer.cjs");

/** Every two of language, size and hand come together somewhere. */
const PURCHASES = [
	["English", "phone", "touch", "movie"],
	["Korean", "desk", "mouse", "movie"],
	["Korean", "phone", "mouse", "play"],
	["English", "desk", "touch", "play"],
	["English", "phone", "keyboard", "movie"],
	["Korean", "desk", "keyboard", "play"],
	["English", "desk", "mouse", "play"],
	["Korean", "phone", "touch", "movie"],
];
const LANGUAGES = { English: ["en-GB", EN], Korean: ["ko-KR", KO] };
const SIZES = { phone: PHONE, desk: DESK };

/** A window in which those hands can do something. */
async function sitDown(browser, language, size, hand) {
	const [locale] = LANGUAGES[language];
	const touch = hand === "touch" ? { hasTouch: true } : {};
	const page = await visit(browser, { ...SIZES[size], ...touch }, locale);
	await page.goto("/");
	return page;
}

/** From the list to the map of a hall. */
async function findPerformance(page, t, hands, kind, at) {
	await page.getByRole("heading", { name: t["shows.title"], level: 1 }).waitFor();
	await hands.press(page, page.getByRole("button", { name: t[`kind.${kind}`], exact: true }));
	await page.waitForURL(/kind=/);
	await hands.press(page, page.locator(".show-card a").first());
	await page.getByRole("heading", { name: t["show.choose"] }).waitFor();
	// Of today's, some have begun; and each buyer has a day of his own.
	const day = page.locator(".days button").nth(1 + (at % 5));
	await hands.press(page, day);
	await page.locator(".days button[aria-pressed=true]").and(day).waitFor();
	await hands.press(page, page.locator(".performance-link").last());
	await page.locator("canvas").waitFor();
}

async function purchase(browser, [language, size, hand, kind], at) {
	const t = LANGUAGES[language][1];
	const hands = HANDS[hand];
	const page = await sitDown(browser, language, size, hand);
	const look = (name) => shot(page, `${size}-${language}-${hand}-${name}`);
	await findPerformance(page, t, hands, kind, at);
	await hands.choose(page, t);
	await look("1-chosen");
	const seats = await page.locator(".chosen .pill").allInnerTexts();
	await hands.press(page, page.getByRole("button", { name: t["pick.continue.login"] }));
	await page.getByRole("heading", { name: t["login.title"] }).waitFor();
	await logIn(page, t, await account(page, 1_000_000), hands);
	// What was picked is still picked.
	await page.locator(".chosen .pill").nth(1).waitFor();
	assert.deepEqual(await page.locator(".chosen .pill").allInnerTexts(), seats);
	await hands.press(page, page.getByRole("button", { name: t["pick.continue"], exact: true }));
	await payAndSee(page, t, hands);
	await page.locator(".ticket-seats li").nth(1).waitFor();
	await look("2-done");
	assert.equal(await page.locator("html").getAttribute("lang"), language === "Korean" ? "ko" : "en");
	quiet(page);
}

/** The test of a row, named by it. */
function test(row, at) {
	const [language, size, hand] = row;
	const name = `seats_are_bought_in_${language}_on_a_${size}_by_${hand}`;
	return { [name]: (browser) => purchase(browser, row, at) }[name];
}

async function the_two_cheapest_seats_together_take_few_taps(browser) {
	const page = await visit(browser, PHONE, "en-GB");
	await page.goto("/login?next=/");
	await logInRich(page, EN);
	await page.locator(".show-card").first().waitFor();
	let taps = 0;
	const tap = async (what) => { taps++; await what.tap(); };
	await tap(page.locator(".show-card a").first());
	// Today's may all have begun.
	await tap(page.locator(".days button").nth(1));
	await tap(page.locator(".performance-link .left:not(.none)").last());
	const classes = page.getByRole("group", { name: EN["pick.price"] }).getByRole("button");
	await classes.nth(1).waitFor();
	const prices = await classes.allInnerTexts();
	const amounts = prices.map((text) => Number(text.replace(/\D/g, "")) || Infinity);
	const least = Math.min(...amounts);
	await tap(classes.nth(amounts.indexOf(least)));
	await tap(page.getByRole("button", { name: like(EN["pick.best"]) }));
	await page.getByRole("heading", { name: EN["basket.title"] }).waitFor();
	const lines = await page.locator(".lines li > :last-child").allInnerTexts();
	assert.deepEqual(lines.map((text) => Number(text.replace(/\D/g, ""))), [least, least, 2 * least]);
	await shot(page, "phone-basket");
	await tap(page.getByLabel(EN["basket.agree"]));
	await tap(page.getByRole("button", { name: like(EN["basket.pay"]) }));
	await page.getByRole("heading", { name: EN["done.title"] }).waitFor();
	await shot(page, "phone-done");
	assert.ok(taps <= 8, `${taps} taps`);
	quiet(page);
}

/** The page, with what a gate's scanner sees of it. */
async function a_scanner_reads_the_tickets_on_the_screen(browser) {
	const page = await visit(browser, PHONE, "en-GB");
	const one = await onSale(page, "play");
	const name = await account(page, 1_000_000);
	await page.goto(`/login?next=/performances/${one.id}`);
	await logIn(page, EN, name);
	await page.getByRole("button", { name: like(EN["pick.best"]) }).click();
	await payAndSee(page, EN);
	const number = page.url().split("/").pop();
	await page.goto(`/reservations/${number}/tickets`);
	const entries = page.locator(".gate-ticket");
	await entries.nth(1).waitFor();
	const seen = [];
	for (const entry of await entries.all()) {
		await entry.scrollIntoViewIfNeeded();
		await entry.locator("img").evaluate((img) => img.decode());
		seen.push(...scanned(await entry.screenshot()));
	}
	await shot(page, "tickets");
	const login = await post(page, "/auth/login", { login_id: name, password: PASSWORD });
	const { access_token } = await login.json();
	const answer = await page.context().request.get(`/api/v1/reservations/${number}/ticket`,
		{ headers: { Authorization: `Bearer ${access_token}` } });
	assert.deepEqual(seen, (await answer.json()).tickets.map((ticket) => ticket.code));
	// And the whole screen, as it is held to a scanner.
	assert.ok(seen.includes(scanned(await page.screenshot())[0]));
	quiet(page);
}

void main([...PURCHASES.map(test), the_two_cheapest_seats_together_take_few_taps,
	a_scanner_reads_the_tickets_on_the_screen]);

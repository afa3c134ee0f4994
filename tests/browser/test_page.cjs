// SPDX-License-Identifier: BSD-2-Clause
//
// test_page - the buyer's page in a real browser
//
// Layer: tests.  Uses: browser.
"use strict";
const assert = require("node:assert");
const { execSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { ENV, PHONE, DESK, visit, shot, inaccessible, main } = require("./browser.cjs");

const words = (language) =>
	JSON.parse(fs.readFileSync(path.join(__dirname, `../../web/src/words/${language}.json`), "utf8"));
const EN = words("en");
const KO = words("ko");
/** A text of the page, whatever stands in its holes. */
const like = (text) =>
	new RegExp(text.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*"));

async function api(page, address) {
	const answer = await page.context().request.get(`/api/v1${address}`);
	assert.equal(answer.status(), 200, address);
	return answer.json();
}

/** A performance of a show of that kind that is on sale, not the first. */
async function onSale(page, kind) {
	const shows = await api(page, `/shows?kind=${kind}`);
	for (const show of shows.items) {
		const list = await api(page, `/shows/${show.id}/performances`);
		const now = Date.now();
		const found = list.items.find((one) =>
			one.status === "open" && one.remaining > 50 && Date.parse(one.cancel_until) > now + 36e5 &&
			Date.parse(one.sales_open_at) < now);
		if (found) return found;
	}
	throw new Error(`nothing of ${kind} is on sale`);
}

let n = 0;
/** A new buyer with money, made where the page makes one, and logged in. */
async function newBuyer(page, t) {
	const name = `web.${process.pid}.${Date.now() % 1e6}.${n++}`;
	await page.getByLabel(t["login.id"]).fill(name);
	await page.getByLabel(t["login.password"]).fill("a long password");
	await page.getByLabel(t["signup.name"]).fill("Kim");
	await page.getByLabel(t["signup.email"]).fill("kim@example.org");
	await page.getByRole("button", { name: t["signup.do"] }).click();
	return name;
}

/** Who has an account and money logs in. */
async function logIn(page, t) {
	const login_id = `rich.${process.pid}.${Date.now() % 1e6}.${n++}`;
	const password = "a long password";
	const answer = await page.context().request.post("/api/v1/auth/signup", {
		data: { login_id, password, name: "Kim", email: "kim@example.org" },
	});
	assert.equal(answer.status(), 201);
	execSync(`${ENV.CTL} wallet credit ${login_id} 1000000`);
	await page.getByLabel(t["login.id"]).fill(login_id);
	await page.getByLabel(t["login.password"]).fill(password);
	await page.getByRole("button", { name: t["login.do"], exact: true }).click();
}

/** Seats without the map, where a test names them. */
const list = (page, t) => page.getByRole("button", { name: t["pick.list"], exact: true }).click();

/** Nothing was complained of. */
function quiet(page) {
	assert.deepEqual(page.complaints, []);
}

async function payAndSee(page, t) {
	await page.getByRole("heading", { name: t["basket.title"] }).waitFor();
	await page.getByText(like(t["basket.terms.until"])).waitFor();
	await page.getByLabel(t["basket.agree"]).check();
	await page.getByRole("button", { name: like(t["basket.pay"]) }).click();
	await page.getByRole("heading", { name: t["done.title"] }).waitFor();
}

async function purchase(browser, size, locale, t, name) {
	const page = await visit(browser, size, locale);
	await page.goto("/");
	await page.getByRole("heading", { name: t["shows.title"], level: 1 }).waitFor();
	await page.locator(".show-card").first().waitFor();
	await shot(page, `${name}-1-list`);
	await page.locator(".show-card a").first().click();
	await page.getByRole("heading", { name: t["show.choose"] }).waitFor();
	await page.locator(".days button").nth(1).click();
	await page.locator(".performance-link").first().waitFor();
	await shot(page, `${name}-2-show`);
	await page.locator(".performance-link").nth(1).click();
	await page.locator(".hall-buttons button:not([disabled])").first().waitFor();
	await shot(page, `${name}-3-map`);
	await list(page, t);
	const seat = page.locator(".seat-row").nth(3).locator("button").nth(4);
	await seat.click();
	await page.locator(".chosen .pill").nth(1).waitFor();
	await shot(page, `${name}-3-seats`);
	await page.getByRole("button", { name: t["pick.continue.login"] }).click();
	await page.getByRole("heading", { name: t["login.title"] }).waitFor();
	await shot(page, `${name}-4-login`);
	await logIn(page, t);
	// What was picked is still picked.
	await page.locator(".chosen .pill").nth(1).waitFor();
	await page.getByRole("button", { name: t["pick.continue"], exact: true }).click();
	await page.getByRole("heading", { name: t["basket.title"] }).waitFor();
	await page.getByText(like(t["basket.wallet.balance"])).waitFor();
	await shot(page, `${name}-5-basket`);
	await payAndSee(page, t);
	await page.locator(".ticket-seats li").nth(1).waitFor();
	await shot(page, `${name}-6-done`);
	quiet(page);
	return page;
}

async function a_seat_is_bought_in_English_on_a_phone(browser) {
	await purchase(browser, PHONE, "en-GB", EN, "phone-en");
}

async function a_seat_is_bought_in_Korean_on_a_desk(browser) {
	const page = await purchase(browser, DESK, "ko-KR", KO, "desk-ko");
	assert.equal(await page.locator("html").getAttribute("lang"), "ko");
}

async function two_seats_together_take_few_taps(browser) {
	const page = await visit(browser, PHONE, "en-GB");
	await page.goto("/login?next=/");
	await logIn(page, EN);
	await page.locator(".show-card").first().waitFor();
	let taps = 0;
	const tap = async (what) => { taps++; await what.tap(); };
	await tap(page.locator(".show-card a").first());
	// Today's may all have begun.
	await tap(page.locator(".days button").nth(1));
	await tap(page.locator(".performance-link .left:not(.none)").last());
	const cheapest = page.getByRole("group", { name: EN["pick.price"] }).getByRole("button");
	await cheapest.nth(1).waitFor();
	const prices = await cheapest.allInnerTexts();
	const amounts = prices.map((text) => Number(text.replace(/\D/g, "")) || Infinity);
	await tap(cheapest.nth(amounts.indexOf(Math.min(...amounts))));
	await tap(page.getByRole("button", { name: like(EN["pick.best"]) }));
	await page.getByRole("heading", { name: EN["basket.title"] }).waitFor();
	assert.equal(await page.locator(".lines li").count(), 3);
	await tap(page.getByLabel(EN["basket.agree"]));
	await tap(page.getByRole("button", { name: like(EN["basket.pay"]) }));
	await page.getByRole("heading", { name: EN["done.title"] }).waitFor();
	assert.ok(taps <= 8, `${taps} taps`);
	quiet(page);
}

async function seats_are_taken_on_the_map(browser) {
	const page = await visit(browser, PHONE, "en-GB");
	const one = await onSale(page, "play");
	await page.goto(`/performances/${one.id}`);
	const near = page.getByRole("button", { name: EN["map.in"] });
	await page.getByRole("button", { name: EN["map.out"] }).waitFor();
	for (let i = 0; i < 3; i++) if (await near.isEnabled()) await near.click({ timeout: 2_000 }).catch(() => undefined);
	const box = await page.locator("canvas").boundingBox();
	const chosen = page.locator(".chosen .pill");
	// Somewhere near the middle there is a seat.
	for (let i = 0; i < 12 && (await chosen.count()) === 0; i++)
		await page.touchscreen.tap(box.x + box.width * (0.35 + 0.03 * i), box.y + box.height * (0.4 + 0.02 * (i % 5)));
	assert.equal(await chosen.count(), 2);
	await shot(page, "map-near");
	quiet(page);
}

/** Tab until that is where one is. */
async function tabTo(page, isThere, what, word) {
	for (let i = 0; i < 80; i++) {
		await page.keyboard.press("Tab");
		if (await page.evaluate(isThere, word)) return;
	}
	throw new Error(`80 tabs do not lead to ${what}`);
}

async function a_seat_is_bought_by_keyboard_alone(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const one = await onSale(page, "play");
	await page.goto(`/signup?next=/performances/${one.id}`);
	await newBuyer(page, EN);
	await page.getByRole("button", { name: EN["pick.list"], exact: true }).waitFor();
	await tabTo(page, (word) => document.activeElement.textContent === word, "the list", EN["pick.list"]);
	await page.keyboard.press("Enter");
	await page.locator(".seat-button").first().waitFor();
	await tabTo(page, () => document.activeElement.classList.contains("seat-button"), "a seat");
	for (const key of ["ArrowRight", "ArrowDown", "ArrowDown", "End", "Home", "ArrowRight"])
		await page.keyboard.press(key);
	const name = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
	assert.match(name, /^Row 3, seat \d+, 45,000 .*won, available$/);
	await page.keyboard.press("Enter");
	await page.locator(".chosen .pill").nth(1).waitFor();
	await tabTo(page, () => document.activeElement.closest(".chosen") && document.activeElement.classList.contains("button"), "continue");
	await page.keyboard.press("Enter");
	await page.getByRole("heading", { name: EN["basket.title"] }).waitFor();
	// A new account has no money: the page says how much is missing.
	await page.getByText(like(EN["basket.wallet.short"])).waitFor();
	await tabTo(page, () => document.activeElement.type === "checkbox", "the terms");
	await page.keyboard.press("Space");
	assert.ok(await page.getByRole("button", { name: like(EN["basket.pay"]) }).isDisabled());
	// Back to the seats, and out of the hold.
	await page.getByRole("button", { name: EN["basket.drop"] }).focus();
	await page.keyboard.press("Enter");
	await page.getByText(EN["pick.nothing"]).waitFor();
	quiet(page);
}

async function of_two_who_want_one_seat_one_is_told_and_offered_another(browser) {
	const first = await visit(browser, DESK, "en-GB");
	const second = await visit(browser, DESK, "en-GB");
	const one = await onSale(first, "movie");
	for (const page of [first, second]) {
		await page.goto(`/signup?next=/performances/${one.id}`);
		await newBuyer(page, EN);
		await list(page, EN);
		await page.getByRole("button", { name: /^Row F, seat 8,/ }).click();
		await page.locator(".chosen .pill").nth(1).waitFor();
	}
	const go = (page) => page.getByRole("button", { name: EN["pick.continue"], exact: true }).click();
	await Promise.all([go(first), go(second).catch(() => undefined)]);
	const held = (page) => page.getByRole("heading", { name: EN["basket.title"] });
	const lost = (page) => page.getByText(like(EN["pick.lost"])).first();
	for (const page of [first, second]) await held(page).or(lost(page)).first().waitFor();
	const won = await Promise.all([first, second].map((page) => held(page).isVisible()));
	assert.equal(won.filter(Boolean).length, 1, String(won));
	const loser = won[0] ? second : first;
	await shot(loser, "lost");
	await loser.getByRole("button", { name: like(EN["pick.lost.instead"]) }).click();
	await go(loser);
	await held(loser).waitFor();
	quiet(first);
	quiet(second);
}

async function reload_back_and_a_second_tab_lose_nothing(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const one = await onSale(page, "movie");
	await page.goto(`/signup?next=/performances/${one.id}`);
	await newBuyer(page, EN);
	await list(page, EN);
	await page.getByRole("button", { name: /^Row C, seat 5,/ }).click();
	await page.locator(".chosen .pill").nth(1).waitFor();
	await page.reload();
	await page.locator(".chosen .pill").nth(1).waitFor();
	await page.getByRole("button", { name: EN["pick.continue"], exact: true }).click();
	await page.getByRole("heading", { name: EN["basket.title"] }).waitFor();
	await page.reload();
	await page.getByRole("timer").waitFor();
	const tab = await page.context().newPage();
	await tab.goto("/");
	await tab.getByRole("link", { name: like(EN["nav.basket"]) }).click();
	await tab.getByRole("timer").waitFor();
	await tab.getByRole("button", { name: EN["basket.extend"] }).click();
	await tab.getByText(/^[67]:\d\d$/).first().waitFor();
	await tab.getByRole("button", { name: EN["basket.drop"] }).click();
	await tab.getByText(EN["pick.nothing"]).waitFor();
	await page.goBack();
	await page.getByText(EN["pick.nothing"]).waitFor();
	quiet(page);
}

async function a_session_that_ended_asks_for_a_login_and_comes_back(browser) {
	const page = await visit(browser, DESK, "en-GB");
	await page.goto("/signup?next=/wallet");
	const name = await newBuyer(page, EN);
	await page.getByRole("heading", { name: EN["wallet.title"] }).waitFor();
	await page.context().clearCookies();
	await page.reload();
	await page.getByRole("heading", { name: EN["login.title"] }).waitFor();
	await page.getByLabel(EN["login.id"]).fill(name);
	await page.getByLabel(EN["login.password"]).fill("a long password");
	await page.getByRole("button", { name: EN["login.do"], exact: true }).click();
	await page.getByRole("heading", { name: EN["wallet.title"] }).waitFor();
	// No script can read what renews the login.
	assert.equal(await page.evaluate(() => document.cookie), "");
	const kept = await page.context().cookies();
	assert.deepEqual(kept.map((c) => [c.name, c.httpOnly, c.secure, c.sameSite]),
		[["__Host-bo_refresh", true, true, "Strict"]]);
	quiet(page);
}

async function seats_are_given_back_in_part_and_whole(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const one = await onSale(page, "play");
	await page.goto(`/login?next=/performances/${one.id}`);
	await logIn(page, EN);
	await page.getByRole("button", { name: like(EN["pick.best"]) }).click();
	await payAndSee(page, EN);
	await page.getByRole("link", { name: EN["nav.reservations"] }).last().click();
	await page.locator(".checks input").first().check();
	await shot(page, "giving-back");
	for (const word of ["cancel.do", "cancel.sure"])
		await page.getByRole("button", { name: like(EN[word]) }).click();
	await page.locator(".notice.good").waitFor();
	await page.getByText(EN["reservation.PARTLY_CANCELLED"]).waitFor();
	await page.locator(".checks input").first().check();
	for (const word of ["cancel.do", "cancel.sure"])
		await page.getByRole("button", { name: like(EN[word]) }).click();
	await page.locator(".state.CANCELLED").waitFor();
	quiet(page);
}

async function every_page_is_accessible_in_both_schemes(browser) {
	const wrong = [];
	for (const scheme of ["light", "dark"]) {
		const page = await visit(browser, PHONE, "en-GB", scheme);
		const one = await onSale(page, "play");
		await page.goto(`/login?next=/performances/${one.id}`);
		await page.getByLabel(EN["login.id"]).waitFor();
		const look = async (name) => {
			await page.locator("h1").waitFor();
			await page.locator(".waiting").waitFor({ state: "detached" });
			await shot(page, `${scheme}-${name}`);
			for (const one of await inaccessible(page)) wrong.push(`${scheme} ${name}: ${one}`);
		};
		await look("login");
		await logIn(page, EN);
		await list(page, EN);
		await page.locator(".seat-button").nth(20).click();
		await page.locator(".chosen .pill").nth(1).waitFor();
		await look("seats");
		await page.getByRole("button", { name: EN["pick.continue"], exact: true }).click();
		await page.getByRole("timer").waitFor();
		await page.getByText(like(EN["basket.wallet.balance"])).waitFor();
		await look("basket");
		await payAndSee(page, EN);
		await page.locator(".ticket-seats li").nth(1).waitFor();
		await look("done");
		for (const [name, address, there] of [
			["list", "/", ".show-card"],
			["timetable", `/timetable?date=${one.local_date}`, ".performance-link"],
			["show", `/shows/${one.show.id}`, ".performance-link"],
			["reservations", "/reservations", ".reservation-item"],
			["wallet", "/wallet", ".balance"],
			["account", "/account", ".entries li"],
			["signup", "/signup", "form"],
			["missing", "/nowhere", "h1"],
		]) {
			await page.goto(address);
			await page.locator(there).first().waitFor();
			await look(name);
		}
		await page.goto("/reservations");
		await page.locator(".reservation-item").first().click();
		await page.locator(".checks").waitFor();
		await look("reservation");
		quiet(page);
	}
	assert.equal(wrong.join("\n"), "");
}

async function scripts_are_small(browser) {
	const page = await visit(browser, PHONE, "en-GB");
	const sizes = [];
	page.on("response", async (response) => {
		if (!/\/assets\/.*\.js$/.test(response.url())) return;
		assert.equal(response.headers()["content-encoding"], "gzip");
		assert.match(response.headers()["cache-control"], /immutable/);
		sizes.push(Number(response.headers()["content-length"]));
	});
	await page.goto("/");
	await page.locator(".show-card").first().waitFor();
	const sum = sizes.reduce((all, one) => all + one, 0);
	assert.ok(sum > 5_000 && sum <= 60_000, `${sum} bytes of JavaScript`);
}

async function where_there_is_nothing_a_page_says_so(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const answer = await page.goto("/nowhere/at-all");
	assert.equal(answer.status(), 404);
	await page.getByRole("heading", { name: EN["missing.title"] }).waitFor();
	await page.goto("/performances/999999999");
	await page.getByText(EN["problem.not-found"]).waitFor();
}

void main([
	a_seat_is_bought_in_English_on_a_phone,
	a_seat_is_bought_in_Korean_on_a_desk,
	two_seats_together_take_few_taps,
	seats_are_taken_on_the_map,
	a_seat_is_bought_by_keyboard_alone,
	of_two_who_want_one_seat_one_is_told_and_offered_another,
	reload_back_and_a_second_tab_lose_nothing,
	a_session_that_ended_asks_for_a_login_and_comes_back,
	seats_are_given_back_in_part_and_whole,
	every_page_is_accessible_in_both_schemes,
	scripts_are_small,
	where_there_is_nothing_a_page_says_so,
]);

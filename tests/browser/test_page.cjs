// SPDX-License-Identifier: BSD-2-Clause
//
// test_page - the buyer's page in a real browser
//
// Layer: tests.  Uses: browser.
"use strict";
const assert = require("node:assert");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { PHONE, DESK, openVisitor, lighthouse, visit, shot, inaccessible, main } = require("./browser.cjs");
const {
	EN, HANDS, PASSWORD, like, onSale, tabTo, logInRich, signUp, list, goOn, payAndSee, quiet,
} = require("./buyer.cjs");

async function keys_move_in_the_list_and_a_short_wallet_is_told(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const one = await onSale(page, "play");
	await page.goto(`/signup?next=/performances/${one.id}`);
	await signUp(page, EN);
	await page.getByRole("button", { name: EN["pick.list"], exact: true }).waitFor();
	await tabTo(page, page.getByRole("button", { name: EN["pick.list"], exact: true }));
	await page.keyboard.press("Enter");
	await tabTo(page, page.locator(".seat-button").first());
	for (const key of ["ArrowRight", "ArrowDown", "ArrowDown", "End", "Home", "ArrowRight"])
		await page.keyboard.press(key);
	const name = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
	assert.match(name, /^Row 3, seat \d+, 45,000 .*won, available$/);
	await page.keyboard.press("Enter");
	await page.locator(".chosen .pill").nth(1).waitFor();
	await tabTo(page, page.locator(".chosen .button"));
	await page.keyboard.press("Enter");
	await page.getByRole("heading", { name: EN["basket.title"] }).waitFor();
	// A new account has no money: the page says how much is missing.
	await page.getByText(like(EN["basket.wallet.short"])).waitFor();
	await tabTo(page, page.getByLabel(EN["basket.agree"]));
	await page.keyboard.press("Space");
	assert.ok(await page.getByRole("button", { name: like(EN["basket.pay"]) }).isDisabled());
	// Back to the seats, and out of the hold.
	await page.getByRole("button", { name: EN["basket.drop"] }).focus();
	await page.keyboard.press("Enter");
	await page.getByText(EN["pick.nothing"]).waitFor();
	quiet(page);
}

/** A new buyer at a performance, in front of its lists. */
async function sitDown(browser, one) {
	const page = await visit(browser, DESK, "en-GB");
	await page.goto(`/signup?next=/performances/${one.id}`);
	await signUp(page, EN);
	await list(page, EN);
	return page;
}

/** A free seat in the list, of its so manieth row. */
const freeIn = (page, row) => page.locator(".seat-row").nth(row).locator("button").first();

/** Two seats, of which that one is one. */
async function tap(page, seat) {
	await seat.click();
	await page.locator(".chosen .pill").nth(1).waitFor();
}

const isHeld = (page) => page.getByText(EN["pick.held"]);
const basket = (page) => page.getByRole("heading", { name: EN["basket.title"] });

/** Of what is held, by the clock of the page. */
async function secondsLeft(page) {
	const [minutes, seconds] = (await page.getByRole("timer").innerText()).split(":").map(Number);
	return minutes * 60 + seconds;
}

const answered = (page, method, status) =>
	page.waitForResponse((answer) => answer.request().method() === method && answer.status() === status);

async function of_two_who_want_one_seat_one_is_told_and_offered_another(browser) {
	const one = await onSale(await visit(browser, DESK, "en-GB"), "movie");
	const first = await sitDown(browser, one);
	const second = await sitDown(browser, one);
	let done;
	const firstHolds = new Promise((is) => (done = is));
	await second.route(/\/holds$/, async (route) => {
		if (route.request().method() === "POST") await firstHolds;
		await route.continue();
	});
	// Both lists are whole before somebody takes something out of them.
	await freeIn(first, 5).waitFor();
	await tap(second, freeIn(second, 5));
	await tap(first, freeIn(first, 5));
	await isHeld(first).waitFor();
	done();
	await second.getByText(like(EN["pick.lost"])).first().waitFor();
	await shot(second, "lost");
	await second.getByRole("button", { name: like(EN["pick.lost.instead"]) }).click();
	await isHeld(second).waitFor();
	for (const page of [first, second]) {
		await goOn(page, EN);
		await basket(page).waitFor();
		quiet(page);
	}
}

async function a_tap_holds_at_once_and_reload_back_and_a_second_tab_lose_nothing(browser) {
	const one = await onSale(await visit(browser, DESK, "en-GB"), "movie");
	const page = await sitDown(browser, one);
	const asked = [];
	page.on("request", (it) => /\/holds(\/|$)/.test(it.url()) && it.method() !== "GET" && asked.push(it.method()));
	await tap(page, freeIn(page, 2));
	await isHeld(page).waitFor();
	const changed = answered(page, "PATCH", 200);
	await freeIn(page, 4).click();
	await changed;
	const chosen = await page.locator(".chosen .pill").allInnerTexts();
	await page.reload();
	await page.locator(".chosen .pill").nth(1).waitFor();
	assert.deepEqual(await page.locator(".chosen .pill").allInnerTexts(), chosen);
	await goOn(page, EN);
	await basket(page).waitFor();
	assert.deepEqual(asked.slice(0, 2), ["POST", "PATCH"]);
	await page.reload();
	await page.getByRole("timer").waitFor();
	const tab = await page.context().newPage();
	await tab.goto("/");
	await tab.getByRole("link", { name: like(EN["nav.basket"]) }).click();
	await tab.getByRole("timer").waitFor();
	const left = await secondsLeft(tab);
	await tab.getByRole("button", { name: EN["basket.extend"] }).click();
	await tab.waitForFunction((was) => {
		const [minutes, seconds] = document.querySelector("[role=timer]").textContent.split(":").map(Number);
		return minutes * 60 + seconds > was;
	}, left);
	await tab.getByRole("button", { name: EN["basket.drop"] }).click();
	await tab.getByText(EN["pick.nothing"]).waitFor();
	await page.goBack();
	await page.getByText(EN["pick.nothing"]).waitFor();
	// The last one that is left out is given back.
	await list(page, EN);
	await tap(page, freeIn(page, 2));
	await isHeld(page).waitFor();
	const dropped = answered(page, "DELETE", 204);
	for (let n = 2; n > 0; n--) await page.locator(".chosen .pill").first().click();
	await dropped;
	// While nobody can hold at once, what is picked stays, and the way on asks.
	await page.route(/\/holds$/, (route) => (route.request().method() === "POST"
		? route.fulfill({ status: 503, contentType: "application/problem+json", body: '{"type":"/problems/seat-store-unavailable","title":"Away","status":503}' })
		: route.continue()));
	const refused = answered(page, "POST", 503);
	await tap(page, freeIn(page, 2));
	await refused;
	await page.unroute(/\/holds$/);
	await goOn(page, EN);
	await basket(page).waitFor();
	await page.getByRole("button", { name: EN["basket.drop"] }).click();
	await page.getByText(EN["pick.nothing"]).waitFor();
	quiet(page);
}

async function a_session_that_ended_asks_for_a_login_and_comes_back(browser) {
	const page = await visit(browser, DESK, "en-GB");
	await page.goto("/signup?next=/wallet");
	const name = await signUp(page, EN);
	await page.getByRole("heading", { name: EN["wallet.title"] }).waitFor();
	await page.context().clearCookies();
	await page.reload();
	await page.getByRole("heading", { name: EN["login.title"] }).waitFor();
	await page.getByLabel(EN["login.id"]).fill(name);
	await page.getByLabel(EN["login.password"]).fill(PASSWORD);
	await page.getByRole("button", { name: EN["login.do"], exact: true }).click();
	await page.getByRole("heading", { name: EN["wallet.title"] }).waitFor();
	// No script can read what renews the login.
	assert.equal(await page.evaluate(() => document.cookie), "");
	const kept = await page.context().cookies();
	assert.deepEqual(kept.map((c) => [c.name, c.httpOnly, c.secure, c.sameSite]),
		[["__Host-bo_refresh", true, true, "Strict"]]);
	quiet(page);
}

/** Both seats of a reservation become others, by the keyboard alone. */
async function moveByKeys(page) {
	const { press } = HANDS.keyboard;
	const button = (word) => page.getByRole("button", { name: EN[word], exact: true });
	await press(page, page.getByRole("link", { name: EN["move.title"] }));
	await press(page, button("pick.list"));
	await tabTo(page, page.locator(".seat-row").last().locator("button").first());
	await page.keyboard.press("Enter");
	await page.locator(".lines .total").waitFor();
	const seats = await page.locator(".lines b").allInnerTexts();
	assert.equal(seats.length, 2);
	await shot(page, "moving");
	await press(page, button("move.do"));
	await page.getByRole("alertdialog").waitFor();
	await page.keyboard.press("Enter");
	await page.getByText(like(EN["move.done"])).first().waitFor();
	await press(page, page.getByRole("link", { name: EN["reservation.title"], exact: true }));
	await page.locator(".checks").waitFor();
	const owned = await page.locator(".ticket-seats li").allInnerTexts();
	for (const seat of seats) assert.ok(owned.some((one) => one.includes(seat)), `${owned} has ${seat}`);
}

async function seats_are_moved_and_given_back_in_part_and_whole(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const one = await onSale(page, "play");
	await page.goto(`/login?next=/performances/${one.id}`);
	await logInRich(page, EN);
	await page.getByRole("button", { name: like(EN["pick.best"]) }).click();
	await payAndSee(page, EN);
	await page.getByRole("link", { name: EN["nav.reservations"] }).last().click();
	await moveByKeys(page);
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
			for (const one of await inaccessible(page, scheme)) wrong.push(`${scheme} ${name}: ${one}`);
		};
		await look("login");
		await logInRich(page, EN);
		await page.locator(".hall-buttons button:not([disabled])").first().waitFor();
		await look("map");
		await page.getByRole("button", { name: EN["map.in"] }).click();
		await shot(page, `${scheme}-map-near`);
		await list(page, EN);
		await page.locator(".seat-button").nth(20).click();
		await page.locator(".chosen .pill").nth(1).waitFor();
		await look("seats");
		await goOn(page, EN);
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
		await page.getByRole("link", { name: EN["move.title"] }).click();
		await page.locator(".hall-buttons button:not([disabled])").first().waitFor();
		await look("move");
		quiet(page);
	}
	assert.equal(wrong.join("\n"), "");
}

/** How much of what was seen has moved by itself since the page was opened. */
const moved = (page) => page.evaluate(() => new Promise((done) => {
	new PerformanceObserver((list) => done(list.getEntries().reduce((sum, one) => sum + one.value, 0)))
		.observe({ type: "layout-shift", buffered: true });
	setTimeout(() => done(0), 1_000);
}));

async function shows_have_their_posters_and_nothing_moves(browser) {
	const page = await visit(browser, PHONE, "ko-KR");
	await page.goto("/");
	const posters = page.locator(".show-card .poster img");
	await posters.nth(6).waitFor();
	const far = await moved(page);
	assert.ok(far < 0.05, `moved by ${far}`);
	await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
	await page.waitForFunction(() => [...document.querySelectorAll(".show-card .poster img")].every((one) => one.naturalWidth > 0));
	assert.ok((await posters.count()) >= 7);
	await shot(page, "posters");
	quiet(page);
}

const SCRIPT = /\/assets\/.*\.js$/;

async function scripts_are_small(browser) {
	// The service worker fetches every script when it likes: this is a visit without.
	const page = await visit(browser, { ...PHONE, serviceWorkers: "block" }, "en-GB");
	const one = await onSale(page, "movie");
	const sizes = new Map();
	const sum = () => [...sizes.values()].reduce((all, size) => all + size, 0);
	page.on("response", (response) => {
		if (!SCRIPT.test(response.url())) return;
		assert.equal(response.headers()["content-encoding"], "gzip");
		assert.match(response.headers()["cache-control"], /immutable/);
		sizes.set(response.url(), Number(response.headers()["content-length"]));
	});
	await page.goto("/");
	await page.locator(".show-card").first().waitFor();
	const before = sum();
	assert.ok(before > 5_000 && before <= 60_000, `${before} bytes of JavaScript before the map`);
	const known = new Set(sizes.keys());
	// The browser may tell of a script later than the script runs.
	const more = page.waitForEvent("response", (one) => SCRIPT.test(one.url()) && !known.has(one.url()));
	await page.goto(`/performances/${one.id}`);
	await page.locator(".hall-buttons button:not([disabled])").first().waitFor();
	await more;
	assert.ok(sum() > before && sum() <= 100_000, `${sum()} bytes of JavaScript in all`);
	console.log(`# ${before} bytes of JavaScript before the map, ${sum()} with it`);
}

/** What Lighthouse has to say of a page, beside how fast it is. */
async function lookAt(port, address) {
	const said = await lighthouse(port, address, {
		onlyCategories: ["accessibility", "best-practices", "seo"],
		// How fast it is nobody asks here: then it waits least.
		throttlingMethod: "simulate",
		disableFullPageScreenshot: true,
	});
	return Object.values(said.categories)
		.filter(({ id, score }) => score < (id === "accessibility" ? 1 : 0.95))
		.map(({ id, score, auditRefs }) => {
			const failed = auditRefs.map((one) => said.audits[one.id]).filter((one) => one.score !== null && one.score < 0.9);
			return `${address} ${id} ${score}: ${failed.map((one) => one.id).join(", ")}`;
		});
}

async function Lighthouse_finds_pages_accessible_and_sound() {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "boxoffice-visitor-"));
	const { context, port } = await openVisitor(folder, { locale: "en-GB" });
	try {
		const page = await context.newPage();
		const one = await onSale(page, "play");
		await page.goto(`/login?next=/performances/${one.id}`);
		await logInRich(page, EN);
		await page.getByRole("button", { name: like(EN["pick.best"]) }).click();
		await page.getByRole("timer").waitFor();
		const wrong = [];
		for (const address of ["/", `/performances/${one.id}`, `/performances/${one.id}/basket`])
			wrong.push(...await lookAt(port, address));
		assert.equal(wrong.join("\n"), "");
	} finally {
		await context.close();
		fs.rmSync(folder, { recursive: true });
	}
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
	keys_move_in_the_list_and_a_short_wallet_is_told,
	of_two_who_want_one_seat_one_is_told_and_offered_another,
	a_tap_holds_at_once_and_reload_back_and_a_second_tab_lose_nothing,
	a_session_that_ended_asks_for_a_login_and_comes_back,
	seats_are_moved_and_given_back_in_part_and_whole,
	every_page_is_accessible_in_both_schemes,
	Lighthouse_finds_pages_accessible_and_sound,
	shows_have_their_posters_and_nothing_moves,
	scripts_are_small,
	where_there_is_nothing_a_page_says_so,
]);

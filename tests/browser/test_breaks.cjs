// SPDX-License-Identifier: BSD-2-Clause
//
// test_breaks - a page stays whole while what it lives on goes away
//
// Layer: tests.  Uses: browser, buyer, broken.
"use strict";
const assert = require("node:assert");
const { execSync, spawn } = require("node:child_process");
const path = require("node:path");
const { ENV, DESK, open, listen, visit, main } = require("./browser.cjs");
const {
	EN, like, api, onSale, account, stranger, freeSeats, until, logIn, list, goOn, quiet,
} = require("./buyer.cjs");

const N_TABS = 8;

/** A server of the stack ends; gives what starts it again. */
function kill(name) {
	const child = spawn("python3", [path.join(__dirname, "broken.py"), name], { stdio: ["pipe", "pipe", "inherit"] });
	const said = () => new Promise((done, fail) => {
		child.stdout.once("data", done);
		child.once("exit", (status) => fail(new Error(`broken.py ${name} left with ${status}`)));
	});
	return said().then(() => () => {
		child.stdin.end("\n");
		return said();
	});
}

/** Seats in the list by their ids, and somebody else who takes them. */
async function hallWithRival(page, kind) {
	const one = await onSale(page, kind);
	const layout = await api(page, `/performances/${one.id}/layout`);
	const rival = await stranger(page);
	const free = await freeSeats(page, one.id);
	const seat = new Map(layout.seats.map((s) => [s.seat_id, s]));
	return {
		one,
		free,
		inList: (tab, id) => tab.getByRole("button", { name: new RegExp(`^Row ${seat.get(id).row}, seat ${seat.get(id).number},`) }),
		takes: (id) => rival.takes(one.id, [id]),
	};
}

async function openList(page, id) {
	await page.goto(`/performances/${id}`);
	await list(page, EN);
	await page.locator(".seat-button").first().waitFor();
}

const isFeed = (answer, status) => answer.url().includes("/feed?") && answer.status() === status;

/** Seats that a stream has told of, in the order in which it did. */
async function toldBy(page) {
	const told = [];
	const cdp = await page.context().newCDPSession(page);
	await cdp.send("Network.enable");
	cdp.on("Network.eventSourceMessageReceived", ({ eventName, data }) => {
		if (eventName === "seats") told.push(...Object.values(JSON.parse(data)).flat());
	});
	return told;
}

async function without_feedd_a_page_asks_and_with_it_it_follows_again(browser) {
	const page = await visit(browser, DESK, "en-GB");
	// Waiting is for the page's clock.
	await page.clock.install();
	const { one, free, inList, takes } = await hallWithRival(page, "movie");
	const [first, second, third] = free.filter((_, i) => i % 7 === 3);
	const told = await toldBy(page);
	const followed = page.waitForResponse((answer) => isFeed(answer, 200));
	await openList(page, one.id);
	await followed;
	await takes(first);
	await inList(page, first).waitFor({ state: "detached" });

	const start = await kill("feedd");
	await page.waitForResponse((answer) => isFeed(answer, 502));
	await takes(second);
	await until("a seat is gone though nobody told of it", async () => {
		await page.clock.fastForward(10_000);
		return (await inList(page, second).count()) === 0;
	});
	assert.ok(!told.includes(second));

	await start();
	let again = false;
	const open = page.waitForResponse((answer) => isFeed(answer, 200)).then(() => (again = true));
	await until("it follows again", async () => {
		await page.clock.fastForward(40_000);
		return again;
	});
	await open;
	await takes(third);
	await inList(page, third).waitFor({ state: "detached" });
	await until("the stream told of it", () => told.includes(third));
	assert.ok(told.includes(first));
}

async function what_was_held_is_paid_for_after_Redis_was_emptied(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const watcher = await visit(browser, DESK, "en-GB");
	const { one, free, inList, takes } = await hallWithRival(page, "play");
	await openList(watcher, one.id);
	const login_id = await account(page, 1_000_000);
	await page.goto(`/login?next=/performances/${one.id}`);
	await logIn(page, EN, login_id);
	await page.getByRole("button", { name: like(EN["pick.best"]) }).click();
	await page.getByRole("timer").waitFor();
	const seats = await page.locator(".lines li:not(.total) > :first-child").allInnerTexts();
	const journal = `SELECT count(*) FROM holds h JOIN users u ON u.id = h.user_id WHERE u.login_id = '${login_id}'`;
	await until("the hold is in the journal", () => execSync(`${ENV.PSQL_PRIMARY} -Atc "${journal}"`).toString() > 0);
	execSync(`${ENV.REDIS_CLI} flushall`);
	await page.getByLabel(EN["basket.agree"]).check();
	const done = page.getByRole("heading", { name: EN["done.title"] });
	// While the map is made anew one is asked to try again.
	await until("it is paid for", async () => {
		const pay = page.getByRole("button", { name: like(EN["basket.pay"]) });
		await pay.click({ timeout: 1_000 }).catch(() => undefined);
		return done.isVisible();
	});
	await page.locator(".ticket-seats li").nth(1).waitFor();
	assert.deepEqual(await page.locator(".ticket-seats li").allInnerTexts(), seats);
	// Who looked on goes on looking.
	const last = free.at(-1);
	await takes(last);
	await inList(watcher, last).waitFor({ state: "detached" });
	quiet(watcher);
}

async function a_session_ended_on_another_device_keeps_what_was_picked(browser) {
	const here = await visit(browser, DESK, "en-GB");
	const there = await visit(browser, DESK, "en-GB");
	const login_id = await account(here);
	const one = await onSale(here, "movie");
	await here.goto(`/login?next=/performances/${one.id}`);
	await logIn(here, EN, login_id);
	await list(here, EN);
	await here.locator(".seat-row").nth(2).locator("button").first().click();
	await here.locator(".chosen .pill").nth(1).waitFor();
	const picked = await here.locator(".chosen .pill").allInnerTexts();
	await there.goto("/login?next=/account");
	await logIn(there, EN, login_id);
	await there.getByRole("button", { name: EN["account.session.end"] }).click();
	await there.getByRole("button", { name: EN["account.session.end"] }).waitFor({ state: "detached" });
	await here.reload();
	await here.getByRole("button", { name: EN["pick.continue.login"] }).click();
	await logIn(here, EN, login_id);
	await here.locator(".chosen .pill").nth(1).waitFor();
	assert.deepEqual(await here.locator(".chosen .pill").allInnerTexts(), picked);
	await goOn(here, EN);
	await here.getByRole("timer").waitFor();
	quiet(here);
	quiet(there);
}

async function a_closed_tab_and_a_deep_link_lose_nothing(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const context = page.context();
	const one = await onSale(page, "movie");
	const login_id = await account(page);
	await openList(page, one.id);
	await page.locator(".seat-row").nth(4).locator("button").first().click();
	await page.locator(".chosen .pill").nth(1).waitFor();
	await page.close();
	const second = listen(await context.newPage());
	await second.goto(`/performances/${one.id}/basket`);
	await logIn(second, EN, login_id);
	await second.getByText(EN["basket.none"]).waitFor();
	await second.getByRole("link", { name: EN["basket.choose"] }).click();
	await second.locator(".chosen .pill").nth(1).waitFor();
	await goOn(second, EN);
	await second.getByRole("timer").waitFor();
	const lines = await second.locator(".lines li").allInnerTexts();
	await second.close();
	const third = listen(await context.newPage());
	await third.goto("/");
	await third.getByRole("link", { name: like(EN["nav.basket"]) }).click();
	await third.getByRole("timer").waitFor();
	assert.deepEqual(await third.locator(".lines li").allInnerTexts(), lines);
	quiet(third);
}

async function shareAStream(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const context = page.context();
	const streams = new Set();
	context.on("request", (request) => request.url().includes("/feed?") && streams.add(request));
	for (const end of ["requestfinished", "requestfailed"]) context.on(end, (request) => streams.delete(request));
	const { one, free, inList, takes } = await hallWithRival(page, "movie");
	const tabs = [page];
	while (tabs.length < N_TABS) tabs.push(listen(await context.newPage()));
	for (const tab of tabs) await openList(tab, one.id);
	assert.equal(await page.evaluate(() => performance.getEntriesByType("navigation")[0].nextHopProtocol), "http/1.1");
	const seat = free.at(-2);
	await takes(seat);
	for (const tab of tabs) await inList(tab, seat).waitFor({ state: "detached" });
	assert.equal(streams.size, 1);
	// And each has its turn on the wire.
	await Promise.all(tabs.map(async (tab) => {
		await tab.getByRole("link", { name: EN["nav.shows"] }).click();
		await tab.locator(".show-card").first().waitFor();
		quiet(tab);
	}));
	await until("nobody follows", () => streams.size === 0);
}

/** A browser gives a host six connections of HTTP/1.1, whatever its tabs do. */
async function eight_tabs_on_HTTP_1_share_a_stream_and_none_waits() {
	const { browser, close } = await open("--disable-http2");
	await shareAStream(browser).finally(close);
}

void main([
	a_closed_tab_and_a_deep_link_lose_nothing,
	a_session_ended_on_another_device_keeps_what_was_picked,
	eight_tabs_on_HTTP_1_share_a_stream_and_none_waits,
	without_feedd_a_page_asks_and_with_it_it_follows_again,
	what_was_held_is_paid_for_after_Redis_was_emptied,
]);

// SPDX-License-Identifier: BSD-2-Clause
//
// test_line - waiting for one's turn, tickets of several types, and a page that
// breaks or has no network, in a real browser
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

const PASSWORD = "a long password";
let n = 0;

/** A new buyer with money, who asks the API in the name of nobody's page. */
async function buyer(page) {
	const { request } = page.context();
	const login_id = `line.${process.pid}.${Date.now() % 1e6}.${n++}`;
	const ask = async (method, address, data, headers) => {
		const answer = await request.fetch(`/api/v1${address}`, { method, data, headers });
		assert.ok(answer.ok(), `${method} ${address}: ${answer.status()}`);
		return answer.status() === 204 ? undefined : answer.json();
	};
	await ask("POST", "/auth/signup", { login_id, password: PASSWORD, name: "Kim", email: "kim@example.org" });
	execSync(`${ENV.CTL} wallet credit ${login_id} 1000000`);
	const { access_token } = await ask("POST", "/auth/login", { login_id, password: PASSWORD });
	return {
		login_id,
		ask: (method, address, data, headers = {}) =>
			ask(method, address, data, { Authorization: `Bearer ${access_token}`, ...headers }),
	};
}

async function logIn(page, who, next, t = EN) {
	await page.goto(`/login?next=${next}`);
	await page.getByLabel(t["login.id"]).fill(who.login_id);
	await page.getByLabel(t["login.password"]).fill(PASSWORD);
	await page.getByRole("button", { name: t["login.do"], exact: true }).click();
}

/** Performances on sale of shows of a kind, the later ones first. */
async function onSale(page, kind) {
	const { request } = page.context();
	const get = async (address) => (await request.get(`/api/v1${address}`)).json();
	const found = [];
	for (const show of (await get(`/shows?kind=${kind}`)).items)
		for (const one of (await get(`/shows/${show.id}/performances?limit=100`)).items)
			if (one.status === "open" && Date.parse(one.sales_open_at) < Date.now()) found.push(one);
	return found.sort((a, b) => Date.parse(b.starts_at) - Date.parse(a.starts_at));
}

/** A performance of its own for a test, where one may buy at a time. */
async function withLine(page) {
	const one = (await onSale(page, "movie")).find(({ queue_mode }) => queue_mode === "off");
	execSync(`${ENV.CTL} queue set ${one.id} --mode fifo --active 1 --reason test`);
	return one;
}

/** Somebody who has the only pass; what ends it. */
async function inFront(page, id) {
	const who = await buyer(page);
	const place = await who.ask("POST", `/performances/${id}/queue`);
	assert.equal(place.state, "admitted");
	return () => who.ask("DELETE", `/performances/${id}/queue`, undefined, { "X-Queue-Token": place.queue_token });
}

const quiet = (page) => assert.deepEqual(page.complaints, []);
const button = (page, name) => page.getByRole("button", { name, exact: true });

async function who_waits_is_called_and_enters(browser) {
	const page = await visit(browser, PHONE, "en-GB");
	const one = await withLine(page);
	const free = await inFront(page, one.id);
	// Nobody is asked who he is before he wants something.
	await page.goto(`/performances/${one.id}`);
	await page.locator(".hall-buttons").waitFor();
	await shot(page, "line-1-join");
	await button(page, EN["line.join.login"]).click();
	await page.getByRole("heading", { name: EN["login.title"] }).waitFor();
	await logIn(page, await buyer(page), `/performances/${one.id}`);
	await button(page, EN["line.join"]).click();
	await page.getByText(EN["line.next"], { exact: true }).waitFor();
	assert.match(await page.title(), like(EN["line.next"]));
	assert.match(await page.locator("[aria-live]").last().innerText(), like(EN["line.next"]));
	await page.getByLabel(EN["line.sound"]).check();
	await shot(page, "line-2-waiting");
	assert.deepEqual(await inaccessible(page), []);
	// His place is the server's: a reload and another tab have it.
	await page.reload();
	await page.getByText(EN["line.next"], { exact: true }).waitFor();
	const tab = await page.context().newPage();
	await tab.goto(`/performances/${one.id}`);
	await tab.getByText(EN["line.next"], { exact: true }).waitFor();
	await tab.close();
	await free();
	await button(page, EN["line.enter"]).waitFor();
	await page.waitForFunction((word) => document.activeElement?.textContent === word, EN["line.enter"]);
	assert.match(await page.title(), like(EN["line.turn.title"]));
	await shot(page, "line-3-turn");
	assert.deepEqual(await inaccessible(page), []);
	await page.keyboard.press("Enter");
	await page.getByText(EN["line.pass"]).waitFor();
	await shot(page, "line-4-entered");
	await page.getByRole("button", { name: like(EN["pick.best"]) }).click();
	await page.getByRole("heading", { name: EN["basket.title"] }).waitFor();
	quiet(page);
}

async function who_need_not_wait_chooses_at_once(browser) {
	const page = await visit(browser, DESK, "ko-KR");
	const one = await withLine(page);
	await logIn(page, await buyer(page), `/performances/${one.id}`, KO);
	await button(page, KO["line.join"]).click();
	await page.getByText(KO["line.pass"]).waitFor();
	await page.getByRole("button", { name: like(KO["pick.best"]) }).waitFor();
	await shot(page, "line-ko-entered");
	quiet(page);
}

async function who_has_lost_his_pass_is_told_and_may_join_again(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const one = await withLine(page);
	const who = await buyer(page);
	await logIn(page, who, `/performances/${one.id}`);
	await button(page, EN["line.join"]).click();
	const best = page.getByRole("button", { name: like(EN["pick.best"]) });
	await best.waitFor();
	const { queue_token } = await who.ask("POST", `/performances/${one.id}/queue`);
	await who.ask("DELETE", `/performances/${one.id}/queue`, undefined, { "X-Queue-Token": queue_token });
	await best.click();
	await page.getByText(EN["line.was.expired"]).waitFor();
	await shot(page, "line-lost");
	await button(page, EN["line.join.again"]).click();
	await best.waitFor();
	await best.click();
	await page.getByRole("heading", { name: EN["basket.title"] }).waitFor();
	quiet(page);
}

async function a_line_that_stands_still_says_so_and_can_be_left(browser) {
	const page = await visit(browser, PHONE, "en-GB", "dark");
	const one = await withLine(page);
	await inFront(page, one.id);
	execSync(`${ENV.CTL} queue pause ${one.id} --reason test`);
	await logIn(page, await buyer(page), `/performances/${one.id}`);
	await button(page, EN["line.join"]).click();
	await page.getByText(EN["line.why.paused"]).waitFor();
	await shot(page, "line-paused-dark");
	assert.deepEqual(await inaccessible(page), []);
	await button(page, EN["line.leave"]).click();
	await button(page, EN["line.leave.sure"]).click();
	await button(page, EN["line.join"]).waitFor();
	quiet(page);
}

/** A performance that sells tickets of several types. */
async function withTypes(page, has) {
	const all = (await onSale(page, "concert")).filter((one) => one.ticket_types.length > 1);
	return all.find((one) => one.ticket_types.some(has));
}

const amount = (text) => Number(text.replace(/[^0-9]/g, ""));

async function each_seat_has_its_ticket_type(browser) {
	const page = await visit(browser, PHONE, "en-GB");
	const one = await withTypes(page, ({ code }) => code === "senior");
	await logIn(page, await buyer(page), `/performances/${one.id}`);
	await button(page, EN["pick.list"]).click();
	await page.locator("button.section-head").last().click();
	await page.locator(".seat-row").nth(1).locator("button").nth(4).click();
	const selects = page.locator(".chosen select");
	await selects.nth(1).waitFor();
	const whole = amount(await page.locator(".amount").innerText());
	await selects.first().selectOption("youth");
	await page.getByText(like(EN["ticket.proof"])).waitFor();
	const less = amount(await page.locator(".amount").innerText());
	assert.ok(less < whole, `${less} is less than ${whole}`);
	await shot(page, "types-1-picking");
	assert.deepEqual(await inaccessible(page), []);
	// A reload keeps them.
	await page.reload();
	await page.locator(".chosen select").first().waitFor();
	assert.equal(await page.locator(".chosen select").first().inputValue(), "youth");
	await button(page, EN["pick.continue"]).click();
	const total = page.locator(".lines .total strong");
	await total.waitFor();
	assert.equal(amount(await total.innerText()), less);
	await page.locator(".lines select").nth(1).selectOption("senior");
	await page.waitForFunction((was) => Number(document.querySelector(".lines .total strong").textContent.replace(/[^0-9]/g, "")) < was, less);
	await shot(page, "types-2-basket");
	assert.deepEqual(await inaccessible(page), []);
	await page.getByLabel(EN["basket.agree"]).check();
	await page.getByRole("button", { name: like(EN["basket.pay"]) }).click();
	await page.getByRole("heading", { name: EN["done.title"] }).waitFor();
	await page.locator(".ticket-seats").getByText("Youth").waitFor();
	await page.locator(".ticket-seats").getByText("Senior").waitFor();
	await shot(page, "types-3-done");
	quiet(page);
}

async function places_are_counted_by_ticket_type(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const one = await withTypes(page, ({ max }) => max === 2);
	await logIn(page, await buyer(page), `/performances/${one.id}`);
	await button(page, EN["pick.list"]).click();
	const more = (what) => page.getByRole("button", { name: EN.more.replace("{what}", what), exact: true });
	await more("Lawn, Adult").click();
	await more("Lawn, Youth").click();
	await more("Lawn, Youth").click();
	// No more than two of them are sold to one buyer.
	assert.ok(await more("Lawn, Youth").isDisabled());
	await shot(page, "types-counter");
	await button(page, EN["pick.continue"]).click();
	await page.locator(".lines li").nth(3).waitFor();
	// A third one is refused here, and not asked for.
	await page.locator(".lines select").first().selectOption("youth");
	await page.getByText(like(EN["ticket.most"])).waitFor();
	const pay = page.getByRole("button", { name: like(EN["basket.pay"]) });
	assert.ok(await pay.isDisabled());
	await page.locator(".lines select").nth(1).selectOption("adult");
	await page.getByText(like(EN["ticket.most"])).waitFor({ state: "detached" });
	await page.getByLabel(EN["basket.agree"]).check();
	await pay.click();
	await page.getByRole("heading", { name: EN["done.title"] }).waitFor();
	await page.getByRole("link", { name: EN["nav.reservations"] }).last().click();
	await more(`${EN["cancel.how-many"]}, Youth`).click();
	await page.getByRole("button", { name: like(EN["cancel.do"]) }).click();
	await page.getByRole("button", { name: like(EN["cancel.sure"]) }).click();
	await page.getByText(EN["reservation.PARTLY_CANCELLED"]).waitFor();
	await shot(page, "types-given-back");
	quiet(page);
}

async function a_mistake_of_the_page_is_told_to_the_API(browser) {
	const page = await visit(browser, DESK, "en-GB");
	await page.goto("/");
	await page.locator(".show-card").first().waitFor();
	const told = page.waitForResponse((answer) => answer.url().endsWith("/api/v1/logs"));
	await page.evaluate(() => setTimeout(() => { throw new TypeError("planted"); }));
	const answer = await told;
	assert.equal(answer.status(), 202);
	const [entry] = JSON.parse(answer.request().postData());
	assert.match(entry.message, /planted/);
	assert.equal(entry.context.path, "/");
	assert.match(entry.release, /^index-.*\.js$/);
}

async function without_a_network_the_page_opens_and_says_so(browser) {
	const page = await visit(browser, PHONE, "en-GB");
	await page.goto("/");
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
	// The first page was there before its worker.
	await page.reload();
	await page.locator(".show-card").first().waitFor();
	const kept = await page.evaluate(async () => {
		const names = await caches.keys();
		const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
		return all.flat().map((one) => new URL(one.url).pathname);
	});
	assert.ok(kept.includes("/") && kept.some((name) => /^\/assets\/map-.*js$/.test(name)), kept.join());
	assert.deepEqual(kept.filter((name) => name.startsWith("/api")), []);
	await page.context().setOffline(true);
	await page.goto("/shows/1");
	await page.getByText(EN.offline).waitFor();
	await page.getByText(EN["problem.offline"]).first().waitFor();
	await shot(page, "offline");
	await page.context().setOffline(false);
	await page.getByRole("button", { name: EN.again }).first().click();
	await page.locator(".show-top").waitFor();
	assert.deepEqual(page.complaints.filter((one) => !/DISCONNECTED/.test(one)), []);
}

async function it_can_be_put_on_a_telephone(browser) {
	const page = await visit(browser, PHONE, "en-GB");
	await page.goto("/");
	const cdp = await page.context().newCDPSession(page);
	const { errors } = await cdp.send("Page.getInstallabilityErrors").then(
		({ installabilityErrors }) => ({ errors: installabilityErrors.map((one) => one.errorId) }),
	);
	// A window of a test is as a private one.
	assert.deepEqual(errors.filter((one) => one !== "in-incognito"), []);
	const manifest = await (await page.context().request.get("/site.webmanifest")).json();
	for (const { src, sizes, type } of manifest.icons) {
		const answer = await page.context().request.get(src);
		assert.equal(answer.status(), 200, src);
		assert.equal(answer.headers()["content-type"], type);
		if (type === "image/png") assert.equal(`${(await answer.body()).readUInt32BE(16)}x${(await answer.body()).readUInt32BE(20)}`, sizes);
	}
}

void main([
	a_mistake_of_the_page_is_told_to_the_API,
	without_a_network_the_page_opens_and_says_so,
	it_can_be_put_on_a_telephone,
	each_seat_has_its_ticket_type,
	places_are_counted_by_ticket_type,
	who_waits_is_called_and_enters,
	who_need_not_wait_chooses_at_once,
	who_has_lost_his_pass_is_told_and_may_join_again,
	a_line_that_stands_still_says_so_and_can_be_left,
]);

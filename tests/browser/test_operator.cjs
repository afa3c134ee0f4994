// SPDX-License-Identifier: BSD-2-Clause
//
// test_operator - the operators' page in a real browser
//
// Layer: tests.  Uses: browser, buyer.
"use strict";
const assert = require("node:assert");
const { execSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { ENV, DESK, openVisitor, lighthouse, visit, shot, inaccessible, main } = require("./browser.cjs");
const { EN, KO, PASSWORD, account, like, onSale, post, quiet } = require("./buyer.cjs");

const words = (language) =>
	JSON.parse(fs.readFileSync(path.join(__dirname, `../../web/src/operator/words/${language}.json`), "utf8"));
const T = words("en");

/** Logs in where the page asks for it. */
async function enter(page, name = ENV.ADMIN_LOGIN, password = ENV.ADMIN_PASSWORD, buyers = EN) {
	await page.getByLabel(buyers["login.id"]).fill(name);
	await page.getByLabel(buyers["login.password"]).fill(password);
	await page.keyboard.press("Enter");
	await page.locator(".desk-side nav").waitFor();
}

async function buyers_load_nothing_of_operators(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const asked = [];
	page.context().on("request", (request) => asked.push(request.url()));
	await page.goto("/");
	await page.locator(".show-card").first().waitFor();
	const kept = await (await page.context().request.get("/sw.js")).text();
	assert.ok(asked.some((url) => /\/assets\/.*\.js$/.test(url)), String(asked));
	assert.deepEqual(asked.filter((url) => url.includes("operator")), []);
	assert.doesNotMatch(kept, /assets\/operator/);
	quiet(page);
}

async function a_page_lets_in_whom_it_is_for(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const buyer = await account(page);
	const staff = await account(page);
	execSync(`${ENV.CTL} user role ${staff} STAFF --reason hired`);
	await page.goto("/operator");
	await page.getByLabel(EN["login.id"]).fill(buyer);
	await page.getByLabel(EN["login.password"]).fill(PASSWORD);
	await page.keyboard.press("Enter");
	await page.getByRole("heading", { name: T["door.title"] }).waitFor();
	await page.getByRole("button", { name: T["door.other"] }).click();
	await enter(page, staff, PASSWORD);
	await page.locator(".tile").nth(3).waitFor();
	await page.reload();
	await page.locator(".tile").nth(3).waitFor();
	quiet(page);
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

/** A button, and what it asks once more. */
async function does(page, name, fill = async () => undefined) {
	await page.getByRole("button", { name, exact: true }).first().click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel(T["ask.why"]).fill("a test asked for it");
	await fill(dialog);
	await dialog.getByRole("button", { name, exact: true }).click();
	await dialog.waitFor({ state: "detached" });
}

async function a_reservation_is_found_and_refunded_by_keys(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const one = await bought(page);
	await page.goto("/operator");
	await enter(page);
	await page.locator(".tile").nth(3).waitFor();
	for (const key of ["g", "r"]) await page.keyboard.press(key);
	await page.getByRole("heading", { name: T["nav.reservations"] }).waitFor();
	await page.waitForFunction(() => document.activeElement.id === "main");
	for (const key of ["/", "Tab"]) await page.keyboard.press(key);
	await page.keyboard.type(one.login_id);
	await page.keyboard.press("Enter");
	await page.waitForURL(/login=/);
	await page.getByRole("link", { name: one.number }).focus();
	await page.keyboard.press("Enter");
	await page.getByRole("heading", { name: like(T["reservation.title"]) }).waitFor();
	await does(page, T["refund.do"], (dialog) => dialog.getByLabel(T["refund.some"]).fill(String(one.seats[0])));
	await page.getByRole("definition").filter({ hasText: EN["reservation.PARTLY_CANCELLED"] }).waitFor();
	await does(page, T["refund.do"]);
	await page.getByRole("definition").filter({ hasText: EN["reservation.CANCELLED"] }).waitFor();
	await page.goto("/operator/audit");
	await page.getByText("a test asked for it").nth(1).waitFor();
	quiet(page);
}

async function seats_are_blocked_by_a_rectangle_and_sold_again(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const one = await bought(page);
	await page.goto(`/operator/performances/${one.performance.id}/board?seat=${one.seats[0]}`);
	await enter(page);
	await page.getByRole("link", { name: one.number }).waitFor();
	await page.getByText(T["letter.R"], { exact: true }).waitFor();
	await shot(page, "operator-board");
	await page.getByRole("button", { name: T["board.none"] }).click();
	await page.getByRole("button", { name: T["board.draw"] }).click();
	const box = await page.locator("canvas").boundingBox();
	await page.mouse.move(box.x + box.width * 0.1, box.y + box.height * 0.6);
	await page.mouse.down();
	await page.mouse.move(box.x + box.width * 0.9, box.y + box.height * 0.95, { steps: 4 });
	await page.mouse.up();
	await page.waitForURL(/seat=\d+\.\d+/);
	const chosen = new URL(page.url()).searchParams.get("seat");
	await shot(page, "operator-board-chosen");
	await does(page, T["seats.block"]);
	await page.goto(`/operator/performances/${one.performance.id}/board?seat=${chosen}`);
	await does(page, T["seats.unblock"]);
	quiet(page);
}

/** A figure of the board. */
async function figure(page, name) {
	const row = page.locator(".sold-now .facts-of div").filter({ has: page.getByText(name, { exact: true }) });
	return Number((await row.locator("dd").innerText()).replace(/\D/g, "") || NaN);
}

/** expected is asked each time: what was kept on the way here may be older. */
async function comes_to(page, name, expected) {
	let shown, should;
	for (let i = 0; i < 300; i++) {
		[shown, should] = [await figure(page, name), await expected()];
		if (shown === should) return;
		await page.waitForTimeout(100);
	}
	assert.equal(shown, should, name);
}

async function a_board_counts_what_is_sold_while_one_looks(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const one = await bought(page);
	await page.goto(`/operator/performances/${one.performance.id}/board`);
	await enter(page);
	await page.locator(".sold-now dd").first().waitFor();
	const seats = (letters) => async () => {
		const said = await page.context().request.get(`/api/v1/performances/${one.performance.id}/seats`);
		return [...(await said.json()).statuses].filter((letter) => letters.includes(letter)).length;
	};
	await comes_to(page, T["board.free"], seats("A"));
	await comes_to(page, T["board.sold"], seats("R"));
	const sold = await figure(page, T["board.sold"]);
	const money = await figure(page, T["board.money"]);
	assert.ok(sold >= one.seats.length && money > 0, `${sold} ${money}`);
	const two = await bought(page, one.performance);
	await comes_to(page, T["board.sold"], async () => sold + two.seats.length);
	await comes_to(page, T["board.free"], seats("A"));
	await comes_to(page, T["board.held"], seats("HP"));
	assert.ok((await figure(page, T["board.money"])) > money);
	await shot(page, "operator-board-now");
	quiet(page);
}

async function who_comes_second_is_told_who_was_first(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const name = await account(page);
	await page.goto(`/operator/users?q=${name}`);
	await enter(page);
	await page.getByRole("link", { name }).click();
	await page.getByRole("heading", { name }).waitFor();
	await page.getByRole("button", { name: T["user.role"], exact: true }).click();
	const dialog = page.getByRole("dialog");
	execSync(`${ENV.CTL} user role ${name} GATE --reason hired`);
	await dialog.getByLabel(T["col.role"]).selectOption("STAFF");
	await dialog.getByLabel(T["ask.why"]).fill("hired");
	await dialog.getByRole("button", { name: T["user.role"], exact: true }).click();
	await dialog.getByText(like(T["refusal.changed-by"])).waitFor();
	await shot(page, "operator-changed");
	await page.keyboard.press("Escape");
	await page.reload();
	await does(page, T["user.role"], (again) => again.getByLabel(T["col.role"]).selectOption("STAFF"));
	await page.getByText(T["role.STAFF"]).first().waitFor();
	quiet(page);
}

/** Every page, by a name and its address, where somebody has bought something. */
const pagesOf = (one, at = `/operator/performances/${one.performance.id}`) => [
	["today", "/operator"],
	["counter", "/operator/counter"],
	["counter-sales", "/operator/counter/sales"],
	["reservations", "/operator/reservations"],
	["reservation", `/operator/reservations/${one.number}`],
	["payments", "/operator/payments"],
	["payment", `/operator/payments/${one.payment}`],
	["alarms", "/operator/alarms?open=false"],
	["shows", "/operator/shows"],
	["show", "/operator/shows/1"],
	["performances", "/operator/performances"],
	["put-on", "/operator/performances/new?show=none"],
	["performance", at],
	["change", `${at}/change`],
	["board", `${at}/board?seat=${one.seats[0]}`],
	["line", `${at}/line`],
	["halls", "/operator/halls"],
	["hall", "/operator/halls/1"],
	["users", "/operator/users"],
	["user", "/operator/users/1"],
	["statistics", "/operator/statistics?by=day"],
	["audit", "/operator/audit"],
	["client-logs", "/operator/client-logs"],
	["dead-letters", "/operator/dead-letters"],
	["missing", "/operator/nowhere"],
];

async function every_page_is_told_in_both_languages_and_schemes(browser) {
	const wrong = [];
	for (const [scheme, locale, buyers] of [["light", "ko-KR", KO], ["dark", "en-GB", EN]]) {
		const page = await visit(browser, DESK, locale, scheme);
		const one = await bought(page);
		const look = async (name) => {
			await page.locator("h1").waitFor();
			await page.waitForFunction(() => document.querySelector("main .waiting") === null);
			await shot(page, `operator-${scheme}-${name}`);
			for (const rule of await inaccessible(page)) wrong.push(`${scheme} ${name}: ${rule}`);
		};
		await page.goto("/operator");
		await page.getByLabel(buyers["login.id"]).waitFor();
		await look("login");
		await enter(page, ENV.ADMIN_LOGIN, ENV.ADMIN_PASSWORD, buyers);
		await page.locator(".tile").nth(3).waitFor();
		for (const [name, address] of pagesOf(one)) {
			await page.goto(address);
			await look(name);
		}
		await page.goto(`/operator/performances/${one.performance.id}`);
		await page.locator(".buttons .quiet").last().click();
		await page.getByRole("dialog").waitFor();
		await look("dialog");
		quiet(page);
	}
	assert.equal(wrong.join("\n"), "");
}

/** By hand, for it takes minutes: LIGHTHOUSE=all, or names of pages. */
async function Lighthouse_finds_pages_accessible() {
	const wanted = process.env.LIGHTHOUSE.split(",");
	const wrong = [];
	for (const scheme of ["light", "dark"]) {
		const folder = fs.mkdtempSync(path.join(os.tmpdir(), "boxoffice-operator-"));
		const { context, port } = await openVisitor(folder, { locale: "en-GB" }, scheme);
		try {
			const page = await context.newPage();
			const one = await bought(page);
			await page.goto("/operator");
			await enter(page);
			for (const [name, address] of pagesOf(one)) {
				if (wanted[0] !== "all" && !wanted.includes(name)) continue;
				const said = await lighthouse(port, address, {
					onlyCategories: ["accessibility"], throttlingMethod: "simulate", disableFullPageScreenshot: true,
				});
				const { score, auditRefs } = said.categories.accessibility;
				const failed = auditRefs.map(({ id }) => said.audits[id]).filter((audit) => audit.score !== null && audit.score < 1);
				const told = `${scheme} ${name} ${100 * score} ${failed.map(({ id }) => id).join(" ")}`;
				console.log(`# ${told}`);
				if (score < 1) wrong.push(told);
			}
		} finally {
			await context.close();
			fs.rmSync(folder, { recursive: true });
		}
	}
	assert.equal(wrong.join("\n"), "");
}

main([
	buyers_load_nothing_of_operators,
	a_page_lets_in_whom_it_is_for,
	a_reservation_is_found_and_refunded_by_keys,
	seats_are_blocked_by_a_rectangle_and_sold_again,
	a_board_counts_what_is_sold_while_one_looks,
	who_comes_second_is_told_who_was_first,
	every_page_is_told_in_both_languages_and_schemes,
	...(process.env.LIGHTHOUSE === undefined ? [] : [Lighthouse_finds_pages_accessible]),
]);

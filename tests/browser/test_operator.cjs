// SPDX-License-Identifier: BSD-2-Clause
//
// test_operator - the operators' page in a real browser
//
// Layer: tests.  Uses: browser, buyer, desk.
"use strict";
const assert = require("node:assert");
const { execSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { ENV, DESK, openVisitor, lighthouse, visit, shot, inaccessible, main } = require("./browser.cjs");
const { EN, KO, PASSWORD, account, api, like, quiet } = require("./buyer.cjs");
const { T, WHY, bought, does, enter, hired } = require("./desk.cjs");

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
	const staff = await hired(page);
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
	await does(page, T["refund.do"], (dialog) => dialog.getByRole("checkbox").first().check());
	await page.getByRole("definition").filter({ hasText: EN["reservation.PARTLY_CANCELLED"] }).waitFor();
	// Who logged in a while ago says his password again.
	const stale = { status: 403, contentType: "application/problem+json", body: JSON.stringify({ type: "/problems/password-required", title: "", status: 403 }) };
	await page.route("**/refund", (route) => route.fulfill(stale), { times: 1 });
	await does(page, T["refund.do"], async (dialog) => {
		await dialog.getByLabel(T["ask.why"]).fill(WHY);
		await dialog.getByRole("button", { name: T["refund.do"], exact: true }).click();
		await dialog.getByText(T["refusal.password"]).waitFor();
		await dialog.getByLabel(T["ask.password"]).fill(ENV.ADMIN_PASSWORD);
		await shot(page, "operator-password");
		assert.deepEqual(await inaccessible(page), []);
	});
	await page.getByRole("definition").filter({ hasText: EN["reservation.CANCELLED"] }).waitFor();
	await page.goto("/operator/audit");
	await page.getByText(WHY).nth(1).waitFor();
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

async function a_show_beyond_the_first_page_is_found_by_name(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const { title } = (await api(page, "/shows?limit=1")).items[0];
	// As if there were more than a page has.
	await page.route("**/admin/shows?*", (route) => (new URL(route.request().url()).searchParams.has("q")
		? route.continue()
		: route.fulfill({ json: { items: [], next_cursor: "more" } })));
	await page.goto("/operator/performances/new");
	await enter(page);
	await page.getByLabel(T["find.title"]).fill(title);
	const shows = page.getByLabel(T["counter.show"], { exact: true }).locator("option");
	await shows.filter({ hasText: title }).first().waitFor({ state: "attached" });
	await page.getByLabel(T["find.title"]).press("Enter");
	assert.equal(new URL(page.url()).pathname, "/operator/performances/new");
	assert.deepEqual(await inaccessible(page), []);
	quiet(page);
}

/** Every page, by a name and its address, where somebody has bought something. */
const pagesOf = (one, at = `/operator/performances/${one.performance.id}`) => [
	["today", "/operator"],
	["counter", "/operator/counter"],
	["counter-sales", "/operator/counter/sales"],
	["prints", "/operator/counter/prints"],
	["tills", "/operator/counter/tills"],
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
	["exports", "/operator/exports"],
	["audit", "/operator/audit"],
	["client-logs", "/operator/client-logs"],
	["webhooks", "/operator/webhooks"],
	["dead-letters", "/operator/dead-letters"],
	["account", "/operator/account"],
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
	...require("./operator_board.cjs"),
	who_comes_second_is_told_who_was_first,
	a_show_beyond_the_first_page_is_found_by_name,
	...require("./operator_factor.cjs"),
	every_page_is_told_in_both_languages_and_schemes,
	...(process.env.LIGHTHOUSE === undefined ? [] : [Lighthouse_finds_pages_accessible]),
]);

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
const { EN, KO, PASSWORD, account, like, quiet,api, like, quiet } = require("./buyer.cjs");
const {const { T, WHY, T,bought, bought,does, does,enter, enterhired } = require("./desk.cjs");

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

// ---- a second factor ----

const STEP_MS = 30_000;
const stepNow = () => Math.floor(Date.now() / STEP_MS);

/** The code of a secret in a step of time, as an app has it (RFC 6238). */
function codeAt(secret, step) {
	const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"));
	const key = Buffer.from(bits.join("").match(/.{8}/g).map((byte) => parseInt(byte, 2)));
	const time = Buffer.alloc(8);
	time.writeBigUInt64BE(BigInt(step));
	const mac = crypto.createHmac("sha1", key).update(time).digest();
	const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
	return String(number % 1e6).padStart(6, "0");
}

/** Somebody whom boxofficectl has made staff. */
async function hired(page) {
	const name = await account(page);
	execSync(`${ENV.CTL} user role ${name} STAFF --reason hired`);
	return name;
}

async function press(page, name, where = page) {
	await tabTo(page, where.getByRole("button", { name, exact: true }));
	await page.keyboard.press("Enter");
}

/** On the page of one's account. returns: the secret, for an app */
async function begin(page) {
	await press(page, T["factor.begin"]);
	await page.getByRole("dialog").waitFor();
	await press(page, T["factor.begin"], page.getByRole("dialog"));
	await page.getByRole("heading", { name: T["factor.app"] }).waitFor();
	const secret = (await page.locator(".secret").innerText()).replaceAll(" ", "");
	assert.match(secret, /^[A-Z2-7]{32}$/);
	return secret;
}

/** By keys. returns: the secret, the step of the code that was said, and the recovery
 * codes, which are shown */
async function setUp(page) {
	const secret = await begin(page);
	const uri = await page.getByRole("link", { name: T["factor.link"] }).getAttribute("href");
	assert.equal(new URL(uri).searchParams.get("secret"), secret);
	await shot(page, "operator-factor-app");
	assert.deepEqual(await inaccessible(page), []);
	const code = page.getByLabel(T["login.code"]);
	await tabTo(page, code);
	await page.keyboard.type("no code");
	await page.keyboard.press("Enter");
	await page.getByText(T["login.code.wrong"]).waitFor();
	const step = stepNow();
	await code.fill(codeAt(secret, step));
	await press(page, T["factor.confirm"]);
	await page.getByRole("heading", { name: T["factor.codes"] }).waitFor();
	return { secret, step, recovery: await page.locator(".recovery code").allInnerTexts() };
}

/** They are copied and printed, and are not shown again. */
async function keepRecovery(page, recovery) {
	assert.equal(new Set(recovery).size, 10);
	await page.getByRole("button", { name: T["kept.copy"], exact: true }).click();
	await page.getByText(T["kept.copied"]).waitFor();
	assert.equal(await page.evaluate(() => navigator.clipboard.readText()), recovery.join("\n"));
	await shot(page, "operator-factor-codes");
	assert.deepEqual(await inaccessible(page), []);
	await page.evaluate(() => (window.print = () => (window.printed = true)));
	await page.getByRole("button", { name: T["print.do"], exact: true }).click();
	assert.ok(await page.evaluate(() => window.printed));
	await page.emulateMedia({ media: "print" });
	assert.ok(await page.getByText(recovery[9]).isVisible());
	assert.ok(await page.locator("nav").isHidden());
	await shot(page, "operator-factor-printed");
	await page.emulateMedia({ media: "screen" });
	await page.getByRole("button", { name: T["kept.done"], exact: true }).click();
	await page.getByText(T["factor.on"]).waitFor();
}

async function turnOff(page, code) {
	await page.getByRole("button", { name: T["factor.drop"], exact: true }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel(T["login.code"]).fill(code);
	await shot(page, "operator-factor-off");
	assert.deepEqual(await inaccessible(page), []);
	await dialog.getByRole("button", { name: T["factor.drop"], exact: true }).click();
	await page.getByText(T["factor.off"]).waitFor();
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
	// Whose login is typed now has none.
	await who.fill(other);
	await code.waitFor({ state: "detached" });
	await who.fill(name);
	await code.waitFor();
	await enter(page, other, PASSWORD);
	await leave();
	await who.fill(name);
	await password.fill(PASSWORD);
	await page.keyboard.press("Enter");
	await code.fill(codeAt(secret, Math.max(step + 1, stepNow())));
	await page.keyboard.press("Enter");
	await turnOff(page, recovery[0]);
	await leave();
	await enter(page, name, PASSWORD);
	quiet(page);
}

async function recovery_codes_that_got_lost_on_the_way_are_had_anew(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const name = await hired(page);
	await page.goto("/operator/account");
	await enter(page, name, PASSWORD);
	const secret = await begin(page);
	const lose = async (route) => {
		assert.equal((await route.fetch()).status(), 200);
		await route.abort();
	};
	await page.route("**/me/totp/confirm", lose, { times: 1 });
	const step = stepNow();
	await page.getByLabel(T["login.code"]).fill(codeAt(secret, step));
	await press(page, T["factor.confirm"]);
	await page.getByText(EN["problem.offline"]).waitFor();
	await press(page, T["factor.confirm"]);
	await page.getByText(T["factor.on"]).waitFor();
	await turnOff(page, codeAt(secret, Math.max(step + 1, stepNow())));
	await setUp(page);
}

/** The programs of the API have read their settings again. */
async function reloaded(log) {
	const began = fs.statSync(log).size;
	for (const name of ["fcgi-api", "fcgi-pay"])
		process.kill(Number(fs.readFileSync(path.join(ENV.PIDS_DIR, `${name}.pid`), "utf8").split("\n")[0]), "SIGHUP");
	for (let i = 0; i < 300; i++) {
		if (fs.readFileSync(log).subarray(began).includes('"reloaded"')) return;
		await new Promise((done) => setTimeout(done, 100));
	}
	throw new Error(`nothing was reloaded: ${log}`);
}

/** With a setting more for a while. */
async function withSetting(text, then) {
	const file = path.join(ENV.CONFD, "90-test.conf");
	const log = path.join(path.dirname(ENV.PIDS_DIR), "log/fcgi-api.log");
	fs.writeFileSync(file, text);
	try {
		await reloaded(log);
		await then();
	} finally {
		fs.unlinkSync(file);
		await reloaded(log);
	}
}

async function who_needs_a_second_factor_is_led_to_it(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const name = await hired(page);
	await page.goto("/operator");
	await enter(page, name, PASSWORD);
	await page.locator(".tile").nth(3).waitFor();
	await withSetting("[account]\ntotp = staff\n", async () => {
		await page.goto("/operator");
		await page.getByRole("heading", { name: T["door.factor"] }).waitFor();
		assert.equal(await page.locator("nav li").count(), 1);
		await shot(page, "operator-factor-first");
		assert.deepEqual(await inaccessible(page), []);
		await page.locator("main").getByRole("link", { name: T["factor.begin"] }).click();
		await page.getByText(T["factor.needed"]).waitFor();
		await setUp(page);
		await page.getByRole("button", { name: T["kept.done"], exact: true }).click();
		await page.getByRole("link", { name: like(T["nav.today"]) }).click();
		// Within a second each program of the API knows it, and this page asks rarely.
		const open = page.locator(".tile").nth(3);
		const closed = page.locator("main .notice.bad").first();
		for (let i = 0; i < 30 && !(await open.isVisible()); i++) {
			await open.or(closed).first().waitFor();
			if (await closed.isVisible()) await page.reload();
		}
		await open.waitFor();
	});
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

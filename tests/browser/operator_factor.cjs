// SPDX-License-Identifier: BSD-2-Clause
//
// operator_factor - a second factor: set up, asked for, turned off; for
// test_operator
//
// Layer: tests.  Uses: browser, buyer, desk.
"use strict";
const assert = require("node:assert");
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { ENV, DESK, visit, shot, inaccessible } = require("./browser.cjs");
const { EN, PASSWORD, like, quiet, tabTo } = require("./buyer.cjs");
const { T, enter, hired } = require("./desk.cjs");

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

async function a_second_factor_is_set_up_asked_for_and_turned_off(browser) {
	const page = await visit(browser, DESK, "en-GB");
	await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
	const [name, other] = [await hired(page), await hired(page)];
	const leave = () => page.getByRole("button", { name: T["logout"], exact: true }).click();
	await page.goto("/operator/account");
	await enter(page, name, PASSWORD);
	const { secret, step, recovery } = await setUp(page);
	await keepRecovery(page, recovery);
	await leave();
	const [who, password, code] = [EN["login.id"], EN["login.password"], T["login.code"]].map((label) => page.getByLabel(label));
	await who.fill(name);
	await password.fill(PASSWORD);
	await page.keyboard.press("Enter");
	await page.getByText(T["login.code.lead"]).waitFor();
	await shot(page, "operator-factor-login");
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

module.exports = [
	a_second_factor_is_set_up_asked_for_and_turned_off,
	recovery_codes_that_got_lost_on_the_way_are_had_anew,
	who_needs_a_second_factor_is_led_to_it,
];

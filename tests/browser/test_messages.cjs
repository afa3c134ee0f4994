// SPDX-License-Identifier: BSD-2-Clause
//
// test_messages - webhooks and dead letters on the operators' page
//
// Layer: tests.  Uses: browser, buyer, desk, hook.
"use strict";
const assert = require("node:assert");
const { execFileSync } = require("node:child_process");
const path = require("node:path");
const { Webhook } = require(path.resolve(process.env.PAGE_MODULES, "node_modules/standardwebhooks"));
const { ENV, DESK, visit, shot, inaccessible, main } = require("./browser.cjs");
const { like, quiet } = require("./buyer.cjs");
const { T, bought, does, enter } = require("./desk.cjs");
const { openHook } = require("./hook.cjs");

/** What is seen keeps nobody out, in either scheme. */
async function look(page, name) {
	await page.waitForFunction(() => document.querySelector("main .waiting") === null);
	for (const scheme of ["light", "dark"]) {
		await page.emulateMedia({ colorScheme: scheme });
		await shot(page, `messages-${name}-${scheme}`);
		assert.deepEqual(await inaccessible(page), [], `${name}, ${scheme}`);
	}
}

/** The secret that is shown, and is not when one has kept it. */
async function secretOf(page, name) {
	const secret = await page.locator(".secret").innerText();
	assert.match(secret, /^whsec_/);
	await look(page, name);
	await page.getByRole("button", { name: T["kept.done"], exact: true }).click();
	await page.locator(".secret").waitFor({ state: "detached" });
	return secret;
}

const fact = (page, text) => page.getByRole("definition").filter({ hasText: text }).waitFor();

/** Its address says that it is the test's; of this it is told alone. */
async function add(page, url) {
	await does(page, T["webhook.add"], async (dialog) => {
		await dialog.getByLabel(T["webhook.url"]).fill(url);
		await dialog.getByLabel(T["webhook.note"]).fill("a test's");
		for (const box of await dialog.getByRole("checkbox").all()) await box.uncheck();
		await dialog.getByLabel(T["told.reservation-confirmed"], { exact: true }).check();
		await look(page, "add");
	});
	return secretOf(page, "secret");
}

async function a_webhook_is_made_told_and_told_again(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const hook = openHook();
	await page.goto("/operator/webhooks");
	await enter(page);
	const first = await add(page, await hook.url);
	const one = await bought(page);
	const { headers, body } = await hook.nth(0);
	assert.equal(new Webhook(first).verify(body, headers).data.id, one.number);
	await look(page, "webhooks");
	await page.getByRole("link", { name: await hook.url }).click();
	await page.getByRole("cell", { name: one.number }).waitFor();
	await does(page, T["webhook.rotate"]);
	const second = await secretOf(page, "rotated");
	await look(page, "webhook");
	await page.getByRole("rowheader").getByRole("link").first().click();
	await page.getByRole("heading", { name: like(T["delivery.title"]) }).waitFor();
	await fact(page, T["delivery.is.sent"]);
	await page.getByText(one.number).nth(1).waitFor();
	await look(page, "delivery");
	await does(page, T["delivery.replay"]);
	const again = await hook.nth(1);
	assert.equal(again.headers["webhook-id"], headers["webhook-id"]);
	for (const secret of [first, second]) new Webhook(secret).verify(again.body, again.headers);
	quiet(page);
}

async function one_that_fails_is_turned_off_and_dropped(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const hook = openHook();
	hook.says = 500;
	await page.goto("/operator/webhooks");
	await enter(page);
	await add(page, await hook.url);
	await bought(page);
	await hook.nth(0);
	await page.getByRole("link", { name: await hook.url }).click();
	await fact(page, like(T["webhook.failing"]));
	const id = page.url().split("/").pop();
	await page.goto(`/operator/webhooks/${id}?status=waiting`);
	await page.getByRole("cell", { name: "500", exact: true }).waitFor();
	await look(page, "failing");
	await does(page, T["webhook.disable"]);
	await fact(page, new RegExp(`^${T["webhook.off"]}$`));
	await does(page, T["entry.delete"], (dialog) => dialog.getByLabel(like(T["ask.typed"])).fill(id));
	await page.getByRole("heading", { name: T["nav.webhooks"] }).waitFor();
	await page.getByRole("link", { name: await hook.url }).waitFor({ state: "detached" });
	quiet(page);
}

/** One that the consumer of mails could not take. returns: its id */
function letter(user) {
	const sql = `INSERT INTO dead_letter (consumer, message, outbox_id, attempts, error, dead_at)
		SELECT 'notices', ROW(-1, gen_random_uuid(), 'reservation', 'TEST-1', 'reservation.confirmed',
		    '{"user_id": "${user}"}', now())::message, least(min(outbox_id), 0) - 1, 5, 'a test refused it', now()
		FROM dead_letter RETURNING id`;
	return execFileSync("/bin/sh", ["-c", `${ENV.PSQL_PRIMARY} -Atq`], { encoding: "utf8", input: sql }).trim();
}

async function a_dead_letter_is_read_tried_again_and_dropped(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const [good, bad] = [letter("0"), letter("nobody")];
	const open = async (id) => {
		await page.goto(`/operator/dead-letters/${id}`);
		await page.getByText("a test refused it").waitFor();
	};
	const isGone = (id) => page.getByRole("link", { name: id, exact: true }).waitFor({ state: "detached" });
	await page.goto("/operator/dead-letters");
	await enter(page);
	await page.getByRole("link", { name: good, exact: true }).click();
	await page.getByText("a test refused it").waitFor();
	await look(page, "letter");
	await does(page, T["letter.retry"]);
	await page.getByRole("link", { name: bad, exact: true }).waitFor();
	await isGone(good);
	await open(bad);
	await page.getByRole("button", { name: T["letter.retry"], exact: true }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel(T["ask.why"]).fill("a test");
	await dialog.getByRole("button", { name: T["letter.retry"], exact: true }).click();
	await dialog.getByText(T["refusal.no-such-move"]).waitFor();
	await dialog.getByText("nobody").waitFor();
	await look(page, "refused");
	await dialog.getByRole("button", { name: T["ask.not"] }).click();
	await does(page, T["letter.drop"], (asked) => asked.getByLabel(like(T["ask.typed"])).fill(bad));
	await page.getByRole("heading", { name: T["nav.letters"] }).waitFor();
	await isGone(bad);
	quiet(page);
}

main([
	a_webhook_is_made_told_and_told_again,
	one_that_fails_is_turned_off_and_dropped,
	a_dead_letter_is_read_tried_again_and_dropped,
]);

#!/usr/bin/env node
// SPDX-License-Identifier: BSD-2-Clause
//
// test_webhook - what a stack tells by webhooks, verified by npm's
// standardwebhooks
//
// In the environment: STACK_DIR (quickstart's), PAGE_MODULES (where web/build.sh
// put packages, with PAGE_DEV=yes).
//
// Layer: tests.  Uses: browser, hook.
"use strict";
const assert = require("node:assert");
const { execFileSync } = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const https = require("node:https");
const path = require("node:path");

const { Webhook } = require(path.resolve(process.env.PAGE_MODULES, "node_modules/standardwebhooks"));
const { ENV } = require("./browser.cjs");
const { openHook } = require("./hook.cjs");

const hook = openHook();
const { told, nth } = hook;

function ctl(words) {
	return execFileSync("/bin/sh", ["-c", `${ENV.CTL} webhook ${words}`], { encoding: "utf8" }).trim();
}

let token;
function api(method, address, data) {
	const body = data === undefined ? undefined : JSON.stringify(data);
	const headers = { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() };
	if (token !== undefined) headers.Authorization = `Bearer ${token}`;
	return new Promise((then, fail) => {
		const ask = https.request(
			`${ENV.BASE_URL}/api/v1${address}`,
			{ method, headers, ca: fs.readFileSync(ENV.CA_CERT) },
			(answer) => {
				let text = "";
				answer.on("data", (part) => (text += part));
				answer.on("end", () => {
					const done = answer.statusCode >= 200 && answer.statusCode <= 299;
					if (done) then(JSON.parse(text));
					else fail(new Error(`${address}: ${answer.statusCode} ${text}`));
				});
			},
		);
		ask.on("error", fail);
		ask.end(body);
	});
}

/** A reservation of one seat. */
async function bought() {
	const shows = await api("GET", "/shows?kind=play");
	for (const show of shows.items) {
		const list = await api("GET", `/shows/${show.id}/performances`);
		const one = list.items.find((p) => p.status === "open" && p.remaining > 50
			&& Date.parse(p.sales_open_at) < Date.now() && Date.parse(p.cancel_until) > Date.now() + 36e5);
		if (one === undefined) continue;
		const hold = await api("POST", `/performances/${one.id}/holds`, { best_available: { quantity: 1 } });
		const paid = await api("POST", "/payments", { hold_token: hold.hold_token, method: "wallet" });
		return paid.reservation.number;
	}
	throw new Error("nothing is on sale");
}

let id, first, second, number;
const tests = {
	async "a purchase is told, and its signature verified"() {
		number = await bought();
		const { headers, body } = await nth(0);
		const said = new Webhook(first).verify(body, headers);
		assert.equal(said.type, "reservation.confirmed");
		assert.equal(said.data.id, number);
		assert.ok(Math.abs(Date.parse(said.timestamp) - Date.now()) < 3e5);
	},
	async "what was altered on the way, or signed by another, is not believed"() {
		const { headers, body } = await nth(0);
		const other = new Webhook(`whsec_${crypto.randomBytes(32).toString("base64")}`);
		assert.throws(() => new Webhook(first).verify(`${body} `, headers));
		assert.throws(() => new Webhook(first).verify(body, { ...headers, "webhook-id": "another" }));
		assert.throws(() => new Webhook(first).verify(body, { ...headers, "webhook-timestamp": "1614265330" }));
		assert.throws(() => other.verify(body, headers));
	},
	async "two secrets verify while both live"() {
		second = ctl(`rotate ${id} --keep 1 --reason "a test"`);
		await api("POST", `/reservations/${number}/cancel`, {});
		const { headers, body } = await nth(1);
		for (const secret of [first, second]) {
			const said = new Webhook(secret).verify(body, headers);
			assert.equal(said.type, "reservation.cancelled");
			assert.equal(said.data.id, number);
		}
	},
	async "what is told again is the same message"() {
		const list = ctl(`deliveries ${id}`).split("\n");
		ctl(`replay ${list[0].split(" ")[0]} --reason "a test"`);
		const { headers, body } = await nth(2);
		assert.equal(headers["webhook-id"], told[1].headers["webhook-id"]);
		assert.equal(body, told[1].body);
		new Webhook(second).verify(body, headers);
	},
};

(async () => {
	[id, first] = ctl(`add ${await hook.url} --kinds reservation.confirmed,reservation.cancelled --reason "a test"`).split(" ");
	token = (await api("POST", "/auth/login", { login_id: ENV.USER_LOGIN, password: ENV.USER_PASSWORD })).access_token;
	let failed = 0, n = 0;
	console.log(`1..${Object.keys(tests).length}`);
	for (const [name, test] of Object.entries(tests)) {
		n++;
		try {
			await test();
			console.log(`ok ${n} - ${name}`);
		} catch (error) {
			failed++;
			console.log(`not ok ${n} - ${name}`);
			console.log(String(error.stack).replace(/^/gm, "# "));
		}
	}
	ctl(`drop ${id} --reason "a test"`);
	process.exit(failed === 0 ? 0 : 1);
})();

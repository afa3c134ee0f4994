// SPDX-License-Identifier: BSD-2-Clause
//
// hook - a server that is told by webhooks, by the stack's own certificate
//
// Layer: tests.  Uses: browser.
"use strict";
const fs = require("node:fs");
const https = require("node:https");
const path = require("node:path");

const WAIT_MS = 60_000;

/** told: each request, with its headers and its body; nth: the one that is that,
 * from 0 on, within a minute; says: the status that it answers, 204 at first; url: a
 * promise of where it is. */
function openHook() {
	const tls = path.join(process.env.STACK_DIR, "tls");
	const hook = { told: [], says: 204 };
	let wake = () => {};
	const server = https.createServer(
		{ cert: fs.readFileSync(`${tls}/server.pem`), key: fs.readFileSync(`${tls}/server.key`) },
		(ask, answer) => {
			let body = "";
			ask.on("data", (part) => (body += part));
			ask.on("end", () => {
				hook.told.push({ headers: ask.headers, body });
				answer.writeHead(hook.says).end();
				wake();
			});
		},
	);
	hook.url = new Promise((then) =>
		server.listen(0, "127.0.0.1", () => then(`https://localhost:${server.address().port}/told`)));
	hook.nth = async (n) => {
		let over;
		const late = new Promise((_, fail) => {
			over = setTimeout(() => fail(new Error(`${hook.told.length} of ${n + 1} were told`)), WAIT_MS);
		});
		while (hook.told.length <= n) await Promise.race([late, new Promise((then) => (wake = then))]);
		clearTimeout(over);
		return hook.told[n];
	};
	return hook;
}

module.exports = { openHook };

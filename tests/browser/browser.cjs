// SPDX-License-Identifier: BSD-2-Clause
//
// browser - Debian's chromium, and the page of a stack in it
//
// In the environment: STACK_DIR (quickstart's), PAGE_MODULES (a folder that
// web/build.sh has made with PAGE_DEV=yes, its web/), SHOTS (where pictures are
// put).
//
// Layer: tests.
"use strict";
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const tls = require("node:tls");

const door = import(path.resolve(process.env.PAGE_MODULES, "browser/chromium.mjs"));

/** Words of quickstart's env file, as the shell would read them. */
function stack() {
	const file = path.join(process.env.STACK_DIR, "env");
	const words = {};
	for (const line of fs.readFileSync(file, "utf8").split("\n")) {
		const found = /^(\w+)=(.*)$/.exec(line);
		if (found) words[found[1]] = found[2].replace(/\\(.)/g, "$1");
	}
	return words;
}

const ENV = stack();
const PHONE = {
	viewport: { width: 412, height: 915 },
	hasTouch: true,
	isMobile: true,
	deviceScaleFactor: 2,
};
const DESK = { viewport: { width: 1280, height: 800 } };

/** The stack's certificate is signed by nobody whom a browser knows: it is told
 * that this key is a good one, and is as secure as it is elsewhere. */
function trust() {
	const { hostname, port } = new URL(ENV.BASE_URL);
	return new Promise((done, fail) => {
		const wire = tls.connect(
			{ host: hostname, port, servername: hostname, ca: fs.readFileSync(ENV.CA_CERT) },
			() => {
				const { raw } = wire.getPeerCertificate();
				wire.end();
				const key = new crypto.X509Certificate(raw).publicKey.export({ type: "spki", format: "der" });
				const hash = crypto.createHash("sha256").update(key).digest("base64");
				done(`--ignore-certificate-errors-spki-list=${hash}`);
			},
		);
		wire.on("error", fail);
	});
}

async function open(...args) {
	return (await door).startBrowser([await trust(), ...args]);
}

/** A browser with one visitor, in whose place Lighthouse looks at pages; he
 * prefers the scheme, in every window. */
async function openVisitor(folder, options, scheme = "light") {
	const prefers = `--blink-settings=preferredColorScheme=${scheme === "dark" ? 0 : 1}`;
	return (await door).startVisitor(folder, [await trust(), prefers], {
		baseURL: ENV.BASE_URL,
		ignoreHTTPSErrors: true,
		...options,
	});
}

async function lighthouse(port, address, flags) {
	return (await door).lighthouse(port, ENV.BASE_URL + address, flags);
}

/** What its console complains of is kept. */
function listen(page) {
	page.complaints = [];
	page.on("pageerror", (error) => page.complaints.push(String(error)));
	page.on("console", (message) => {
		// What a server refuses, the page shows; here it is no news.
		if (message.type() === "error" && !/status of \d/.test(message.text()))
			page.complaints.push(message.text());
	});
	return page;
}

/** A window of a new visitor. */
async function visit(browser, size, locale, scheme = "light") {
	const context = await browser.newContext({
		...size,
		locale,
		colorScheme: scheme,
		ignoreHTTPSErrors: true,
		baseURL: ENV.BASE_URL,
	});
	context.setDefaultTimeout(20_000);
	return listen(await context.newPage());
}

async function shot(page, name) {
	if (!process.env.SHOTS) return;
	await page.screenshot({
		path: path.join(process.env.SHOTS, `${name}.png`),
		animations: "disabled",
	});
}

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** In the dark nothing else is another page. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** What axe-core finds wrong, as "rule: element". */
async function inaccessible(page, scheme = "light") {
	// The policy of the page lets no script in; its own debugger may.
	const cdp = await page.context().newCDPSession(page);
	await cdp.send("Runtime.evaluate", { expression: (await door).axe() });
	const { result } = await cdp.send("Runtime.evaluate", {
		expression: `axe.run({ runOnly: ${JSON.stringify(scheme === "dark" ? COLOURS : RULES)} }).then((r) =>
			JSON.stringify(r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.html.slice(0, 150) + " " + (n.any[0]?.message ?? "")))))`,
		awaitPromise: true,
		returnByValue: true,
	});
	await cdp.detach();
	return JSON.parse(result.value);
}

/** Every test in turn, or those of the names in the arguments; TAP. */
async function main(tests) {
	const wanted = process.argv.slice(2);
	const chosen = tests.filter(
		(test) => wanted.length === 0 || wanted.includes(test.name),
	);
	const { browser, close } = await open();
	let failed = 0;
	console.log(`1..${chosen.length}`);
	for (const [i, test] of chosen.entries()) {
		const name = test.name.replaceAll("_", " ");
		const began = Date.now();
		try {
			await test(browser);
			console.log(`ok ${i + 1} - ${name}`);
		} catch (failure) {
			failed++;
			console.log(`not ok ${i + 1} - ${name}`);
			console.log(`# ${String(failure.stack).replaceAll("\n", "\n# ")}`);
			for (const context of browser.contexts())
				for (const page of context.pages())
					await shot(page, `failed-${i + 1}`).catch(() => undefined);
		}
		console.log(`# ${((Date.now() - began) / 1000).toFixed(1)} s`);
		for (const context of browser.contexts()) await context.close();
	}
	await close();
	process.exit(failed === 0 ? 0 : 1);
}

module.exports = { ENV, PHONE, DESK, open, openVisitor, lighthouse, listen, visit, shot, inaccessible, main };

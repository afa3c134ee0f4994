// SPDX-License-Identifier: BSD-2-Clause
//
// browser - Debian's chromium, and the page of a stack in it
//
// In the environment: STACK_DIR (quickstart's), PAGE_MODULES (a folder with
// node_modules), SHOTS (where pictures are put).
//
// Layer: tests.
"use strict";
const { createRequire } = require("node:module");
const fs = require("node:fs");
const path = require("node:path");

const modules = createRequire(path.join(process.env.PAGE_MODULES, "x.js"));
const { chromium } = modules("playwright-core");
const axe = fs.readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8");

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

async function open() {
	return chromium.launch({
		executablePath: "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
	});
}

/** A window of a new visitor; what its console complains of is kept. */
async function visit(browser, size, locale, scheme = "light") {
	const context = await browser.newContext({
		...size,
		locale,
		colorScheme: scheme,
		ignoreHTTPSErrors: true,
		baseURL: ENV.BASE_URL,
	});
	context.setDefaultTimeout(20_000);
	const page = await context.newPage();
	page.complaints = [];
	page.on("pageerror", (error) => page.complaints.push(String(error)));
	page.on("console", (message) => {
		// What a server refuses, the page shows; here it is no news.
		if (message.type() === "error" && !/status of \d/.test(message.text()))
			page.complaints.push(message.text());
	});
	return page;
}

async function shot(page, name) {
	if (!process.env.SHOTS) return;
	await page.screenshot({
		path: path.join(process.env.SHOTS, `${name}.png`),
		animations: "disabled",
	});
}

/** What axe-core finds wrong, as "rule: element". */
async function inaccessible(page) {
	// The policy of the page lets no script in; its own debugger may.
	const cdp = await page.context().newCDPSession(page);
	await cdp.send("Runtime.evaluate", { expression: axe });
	const { result } = await cdp.send("Runtime.evaluate", {
		expression: `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then((r) =>
			JSON.stringify(r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.html.slice(0, 150) + " " + (n.any[0]?.message ?? "")))))`,
		awaitPromise: true,
		returnByValue: true,
	});
	await cdp.detach();
	return JSON.parse(result.value);
}

/** Every test in turn; TAP. */
async function main(tests) {
	const wanted = process.argv.slice(2);
	const chosen = tests.filter(
		(test) => wanted.length === 0 || wanted.includes(test.name),
	);
	const browser = await open();
	let failed = 0;
	console.log(`1..${chosen.length}`);
	for (const [i, test] of chosen.entries()) {
		const name = test.name.replaceAll("_", " ");
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
		for (const context of browser.contexts()) await context.close();
	}
	await browser.close();
	process.exit(failed === 0 ? 0 : 1);
}

module.exports = { ENV, PHONE, DESK, visit, shot, inaccessible, main };

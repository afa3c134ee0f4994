// SPDX-License-Identifier: BSD-2-Clause
//
// chromium - Debian's browser, and what looks at a page in it
//
// The one door to playwright-core, lighthouse and axe-core; tests/browser comes
// through it too.
//
// It has no windows, and draws in half of the time of one that has. CHROMIUM: the
// path of another.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const { resolve } = createRequire(import.meta.url);

const how = (args) => ({
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell",
	args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", ...args],
});

/** A browser, the process that it is, and what ends both. */
export async function startBrowser(args = []) {
	const server = await chromium.launchServer(how(args));
	const browser = await chromium.connect(server.wsEndpoint());
	return {
		browser,
		pid: server.process().pid,
		async close() {
			await browser.close();
			await server.close();
		},
	};
}

/** A browser with one visitor, whom others can look at through a port. */
export async function startVisitor(folder, args = [], options = {}) {
	const context = await chromium.launchPersistentContext(folder, {
		...how([...args, "--remote-debugging-port=0"]),
		...options,
	});
	const told = readFileSync(join(folder, "DevToolsActivePort"), "utf8");
	return { context, port: Number(told.split("\n")[0]) };
}

/** A script that makes window.axe. */
export const axe = () => readFileSync(resolve("axe-core/axe.min.js"), "utf8");

/** What Lighthouse says of a page, as that visitor sees it. */
export async function lighthouse(port, url, flags) {
	const { default: look } = await import("lighthouse");
	const { lhr } = await look(url, {
		port,
		logLevel: "error",
		output: "json",
		disableStorageReset: true,
		...flags,
	});
	if (lhr.runtimeError !== undefined)
		throw new Error(`${url}: ${lhr.runtimeError.message}`);
	return lhr;
}

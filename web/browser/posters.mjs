// SPDX-License-Identifier: BSD-2-Clause
//
// usage: node browser/posters.mjs FILE.svg...
//
// Draw each into FILE.png beside it, as large as it says it is.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { startBrowser } from "./chromium.mjs";

const { browser, close } = await startBrowser();
const page = await browser.newPage();
for (const file of process.argv.slice(2).map((name) => resolve(name))) {
	await page.setContent(`<body style="margin:0">${readFileSync(file, "utf8")}`);
	await page
		.locator("svg")
		.screenshot({ path: file.replace(/\.svg$/, ".png") });
}
await close();

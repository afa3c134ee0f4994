// SPDX-License-Identifier: BSD-2-Clause
//
// usage: node browser/posters.mjs FILE.svg...
//
// Draw each into FILE.webp beside it, as large as it says it is: flat colours take
// less than half there of what they take in a PNG.
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { startBrowser } from "./chromium.mjs";

const { browser, close } = await startBrowser();
const page = await browser.newPage();
const wire = await page.context().newCDPSession(page);
for (const file of process.argv.slice(2).map((name) => resolve(name))) {
	await page.setContent(`<body style="margin:0">${readFileSync(file, "utf8")}`);
	const clip = { ...(await page.locator("svg").boundingBox()), scale: 1 };
	const { data } = await wire.send("Page.captureScreenshot", { format: "webp", quality: 85, clip });
	writeFileSync(file.replace(/\.svg$/, ".webp"), Buffer.from(data, "base64"));
}
await close();

// SPDX-License-Identifier: BSD-2-Clause
//
// icons - the icons of the page in the sizes that telephones ask for, drawn by
// chromium from public/icon.svg
//
// usage: node web/browser/icons.mjs FOLDER, in a folder that web/build.sh has
// made with PAGE_DEV=yes; FOLDER is web/public of the checkout.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startBrowser } from "./chromium.mjs";

const [folder] = process.argv.slice(2);
const svg = readFileSync(join(folder, "icon.svg"), "utf8");

/** Where a telephone cuts the corners itself the ground fills them, and the
 * drawing stays within four fifths. */
const icons = [
	{ name: "icon-180", size: 180, whole: true },
	{ name: "icon-192", size: 192, whole: false },
	{ name: "icon-512", size: 512, whole: false },
	{ name: "icon-512-maskable", size: 512, whole: true },
];

const started = await startBrowser();
for (const { name, size, whole } of icons) {
	const page = await started.browser.newPage({ viewport: { width: size, height: size } });
	const style = whole
		? "background:#a3173f;padding:10%;box-sizing:border-box"
		: "background:none";
	await page.setContent(`<style>body { margin: 0 } svg { display: block; width: 100vw; height: 100vh; ${style} }</style>${svg}`);
	await page.screenshot({ path: join(folder, `${name}.png`), omitBackground: true });
	await page.close();
}
await started.close();

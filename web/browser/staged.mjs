// SPDX-License-Identifier: BSD-2-Clause
//
// staged - the stage, served from here, and windows that show it
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const TYPES = {
	".html": "text/html; charset=utf-8",
	".js": "text/javascript",
	".css": "text/css",
};

/** Bundle a stage as the page is bundled, and serve it. */
export async function serveStage(name = "stage.html") {
	const root = fileURLToPath(new URL(".", import.meta.url));
	const out = mkdtempSync(join(tmpdir(), "boxoffice-stage-"));
	await build({
		root,
		configFile: false,
		logLevel: "error",
		build: {
			outDir: out,
			target: "es2022",
			rollupOptions: { input: join(root, name) },
		},
	});
	const server = createServer((request, response) => {
		const { pathname } = new URL(request.url, "http://stage");
		try {
			const body = readFileSync(join(out, pathname));
			response.setHeader("Content-Type", TYPES[extname(pathname)] ?? "");
			response.end(body);
		} catch {
			response.writeHead(pathname === "/favicon.ico" ? 204 : 404).end();
		}
	});
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	return {
		url: `http://127.0.0.1:${server.address().port}/${name}`,
		close() {
			server.close();
			rmSync(out, { recursive: true });
		},
	};
}

/** A page that shows the stage; what it complains of fails. */
export async function openStage(browser, url, options = {}) {
	const context = await browser.newContext({
		viewport: { width: 1280, height: 800 },
		...options,
	});
	/* A loaded machine is slow, not wrong. */
	context.setDefaultTimeout(120_000);
	const page = await context.newPage();
	const wrong = [];
	page.on("pageerror", (error) => wrong.push(error.stack));
	page.on("console", (message) => {
		if (message.type() === "error") wrong.push(message.text());
	});
	await page.goto(url);
	await page.waitForFunction(() => window.stage !== undefined);
	await page.evaluate(() => window.stage.painted);
	return { page, wrong, close: () => context.close() };
}

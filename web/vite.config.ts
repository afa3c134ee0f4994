// SPDX-License-Identifier: BSD-2-Clause
//
// The page is written against React's API and shipped with Preact, a tenth of
// the size. PAGE_REACT=1 builds it with React itself: a test does, so that it
// stays true. The operators' page is built apart (--mode operator), behind the
// buyers' one into the same folder: they share no file, so what is done for
// operators makes no buyer wait.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const preact = [
	{ find: /^react\/jsx-runtime$/, replacement: "preact/jsx-runtime" },
	{ find: /^react\/jsx-dev-runtime$/, replacement: "preact/jsx-runtime" },
	{ find: /^react-dom\/client$/, replacement: "preact/compat/client" },
	{ find: /^react(-dom)?$/, replacement: "preact/compat" },
];

// The worker (sw.js) is told the files of this build, and so is another one with
// each other build. Who opens an address gets "/", which is index.html.
function offline(): Plugin {
	return {
		name: "offline",
		apply: "build",
		enforce: "post",
		generateBundle(_options, bundle) {
			const fixed = readdirSync("public");
			const built = Object.keys(bundle).filter((name) => name !== "index.html");
			const digest = createHash("sha256").update(built.sort().join());
			for (const name of fixed) digest.update(readFileSync(join("public", name)));
			const shell = JSON.stringify({
				version: digest.digest("hex").slice(0, 12),
				files: ["/", ...[...built, ...fixed].map((name) => `/${name}`)],
			});
			this.emitFile({
				type: "asset",
				fileName: "sw.js",
				source: readFileSync("sw.js", "utf8").replace(
					/^const SHELL = .*$/m,
					`const SHELL = ${shell};`,
				),
			});
		},
	};
}

// The rest of the page comes beside its beginning (main.tsx), not behind it.
function beside(): Plugin {
	return {
		name: "beside",
		apply: "build",
		transformIndexHtml: {
			order: "post",
			handler(_html, { bundle }) {
				const rest = Object.values(bundle ?? {}).find(
					(one) => one.type === "chunk" && !one.isEntry && one.moduleIds.some((id) => id.endsWith("/src/app.tsx")),
				);
				if (rest === undefined) throw new Error("app.tsx has no file of its own");
				const attrs = { rel: "modulepreload", crossorigin: true, href: `/${rest.fileName}` };
				return [{ tag: "link", attrs, injectTo: "head" }];
			},
		},
	};
}

// A packed copy beside each file, made of what is written at last: the web
// server sends it as it is.
function packed(): Plugin {
	return {
		name: "packed",
		apply: "build",
		writeBundle({ dir }, bundle) {
			for (const name of Object.keys(bundle)) {
				if (dir === undefined || !/\.(js|css|html)$/.test(name)) continue;
				const file = join(dir, name);
				writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
			}
		},
	};
}

export default defineConfig(({ mode }) => {
	const operator = mode === "operator";
	return {
		resolve: { alias: process.env.PAGE_REACT ? [] : preact },
		plugins: operator ? [packed()] : [beside(), offline(), packed()],
		publicDir: operator ? false : "public",
		build: {
			target: "es2022",
			emptyOutDir: !operator,
			modulePreload: { polyfill: false },
			assetsInlineLimit: 0,
			reportCompressedSize: false,
			rollupOptions: { input: operator ? "operator.html" : "index.html" },
		},
		server: {
			proxy: {
				"/api": {
					target: process.env.BASE_URL ?? "https://localhost:8443",
					secure: false,
				},
			},
		},
	};
});

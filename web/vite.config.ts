// SPDX-License-Identifier: BSD-2-Clause
//
// The page is written against React's API and shipped with Preact, a tenth of
// the size. PAGE_REACT=1 builds it with React itself: a test does, so that it
// stays true.
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const preact = [
	{ find: /^react\/jsx-runtime$/, replacement: "preact/jsx-runtime" },
	{ find: /^react\/jsx-dev-runtime$/, replacement: "preact/jsx-runtime" },
	{ find: /^react-dom\/client$/, replacement: "preact/compat/client" },
	{ find: /^react(-dom)?$/, replacement: "preact/compat" },
];

// A packed copy beside each file: the web server sends it as it is.
function packed(): Plugin {
	return {
		name: "packed",
		apply: "build",
		enforce: "post",
		generateBundle(_, bundle) {
			for (const file of Object.values(bundle)) {
				if (!/\.(js|css|html|svg|json|webmanifest)$/.test(file.fileName))
					continue;
				const text = file.type === "chunk" ? file.code : file.source;
				this.emitFile({
					type: "asset",
					fileName: `${file.fileName}.gz`,
					source: gzipSync(text, { level: 9 }),
				});
			}
		},
	};
}

export default defineConfig({
	resolve: { alias: process.env.PAGE_REACT ? [] : preact },
	plugins: [packed()],
	build: {
		target: "es2022",
		modulePreload: { polyfill: false },
		assetsInlineLimit: 0,
		reportCompressedSize: false,
	},
	server: {
		proxy: {
			"/api": {
				target: process.env.BASE_URL ?? "https://localhost:8443",
				secure: false,
			},
		},
	},
});

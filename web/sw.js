// SPDX-License-Identifier: BSD-2-Clause
//
// sw - the page without a network: its shell and its assets, from a cache
//
// What is on, what is free and what is held is never kept: nothing below /api/,
// /m/ and /operator/ is touched. A page that is opened comes from the server where
// it answers. A new version of this file waits until the pages of the old one are
// closed.
//
// The build writes the files of the page into SHELL (vite.config.ts).
"use strict";
const SHELL = { version: "", files: [] };
const CACHE = `boxoffice-${SHELL.version}`;

async function keepShell() {
	const cache = await caches.open(CACHE);
	await cache.addAll(SHELL.files);
}

async function dropOthers() {
	for (const name of await caches.keys())
		if (name.startsWith("boxoffice-") && name !== CACHE)
			await caches.delete(name);
}

/** Named by its contents: what is kept is as good. */
async function asset(request) {
	return (await caches.match(request)) ?? fetch(request);
}

/** From the server, or the shell, which says that there is no network. */
async function page(request) {
	try {
		return await fetch(request);
	} catch (failure) {
		const shell = await caches.match("/");
		if (shell === undefined) throw failure;
		return shell;
	}
}

addEventListener("install", (event) => event.waitUntil(keepShell()));
addEventListener("activate", (event) => event.waitUntil(dropOthers()));
addEventListener("fetch", (event) => {
	const { request } = event;
	const { origin, pathname } = new URL(request.url);
	if (request.method !== "GET" || origin !== location.origin) return;
	if (/^\/(api|m|operator|health|metrics)(\/|$)/.test(pathname)) return;
	if (request.mode === "navigate") event.respondWith(page(request));
	else if (SHELL.files.includes(pathname)) event.respondWith(asset(request));
});

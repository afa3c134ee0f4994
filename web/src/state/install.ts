// SPDX-License-Identifier: BSD-2-Clause
//
// install - the page's worker, which opens it where there is no network
//
// The page is there first: its own files are not fetched twice at once.
//
// Layer: state.
const WORKER = "/sw.js";
const LATER_MS = 3_000;

interface Policies {
	createPolicy(
		name: string,
		rules: { createScriptURL(url: string): string },
	): { createScriptURL(url: string): string };
}

/** The one script that may be named while the page runs. */
function trusted(): string {
	const { trustedTypes } = globalThis as { trustedTypes?: Policies };
	const policy = trustedTypes?.createPolicy("boxoffice", {
		createScriptURL: (url) => (url === WORKER ? url : ""),
	});
	return policy?.createScriptURL(WORKER) ?? WORKER;
}

export function installWorker(): void {
	if (!("serviceWorker" in navigator)) return;
	addEventListener("load", () => {
		setTimeout(() => {
			// A browser that will not have it has a page like any other.
			navigator.serviceWorker.register(trusted()).catch(() => undefined);
		}, LATER_MS);
	});
}

// SPDX-License-Identifier: BSD-2-Clause
//
// script - the scripts that may be named while the page runs
//
// Where a browser asks for it (Trusted Types), none but these can be.
//
// Layer: state.
interface Policy {
	createScriptURL(url: string): string;
}
interface Policies {
	createPolicy(name: string, rules: Policy): Policy;
}

const allowed = new Set<string>();
const { trustedTypes } = globalThis as { trustedTypes?: Policies };
const policy = trustedTypes?.createPolicy("boxoffice", {
	createScriptURL: (url) => (allowed.has(url) ? url : ""),
});

/** A script of ours, or one that our server has named. */
export function trusted(url: string): string {
	allowed.add(url);
	return policy?.createScriptURL(url) ?? url;
}

const loads = new Map<string, Promise<void>>();

/** Run it; once, however often it is asked for. What failed is tried again. */
export function loadScript(url: string): Promise<void> {
	const known = loads.get(url);
	if (known !== undefined) return known;
	const load = new Promise<void>((done, failed) => {
		const script = document.createElement("script");
		script.addEventListener("load", () => done());
		script.addEventListener("error", () => {
			loads.delete(url);
			script.remove();
			failed(new Error(url));
		});
		script.src = trusted(url);
		document.head.append(script);
	});
	loads.set(url, load);
	return load;
}

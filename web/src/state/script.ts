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

/** Run it; once, however often it is asked for. */
export function loadScript(url: string): Promise<void> {
	const known = document.querySelector<HTMLScriptElement>(
		`script[data-named="${CSS.escape(url)}"]`,
	);
	if (known?.dataset.there === "yes") return Promise.resolve();
	known?.remove();
	return new Promise((done, failed) => {
		const script = document.createElement("script");
		script.dataset.named = url;
		script.addEventListener("load", () => {
			script.dataset.there = "yes";
			done();
		});
		script.addEventListener("error", () => failed(new Error(url)));
		script.src = trusted(url);
		document.head.append(script);
	});
}

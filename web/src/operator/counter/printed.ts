// SPDX-License-Identifier: BSD-2-Clause
//
// printed - tickets as the server has laid them out, in a frame that prints them
//
// The page's policy (CSP) lets no style of a text in: the text's one becomes a
// sheet of the frame. The rest is made a document where nothing runs, and only
// its body is taken.
//
// Layer: operator.
interface Policies {
	createPolicy(name: string, rules: { createHTML(text: string): string }): { createHTML(text: string): string };
}

const { trustedTypes } = globalThis as { trustedTypes?: Policies };
/* The one policy that the server allows; the buyers' page, which is built
 * apart, uses it for scripts (state/script). */
const policy = trustedTypes?.createPolicy("boxoffice", { createHTML: (text) => text });

export function fill(frame: HTMLIFrameElement, html: string): void {
	const document = frame.contentDocument;
	const view = frame.contentWindow as (Window & typeof globalThis) | null;
	if (document === null || view === null) return;
	const style = /<style>(.*?)<\/style>/su;
	const sheet = new view.CSSStyleSheet();
	sheet.replaceSync(style.exec(html)?.[1] ?? "");
	const rest = html.replace(style, "");
	const made = new DOMParser().parseFromString(policy?.createHTML(rest) ?? rest, "text/html");
	document.adoptedStyleSheets = [sheet];
	document.documentElement.lang = made.documentElement.lang;
	document.title = made.title;
	document.body.replaceWith(document.importNode(made.body, true));
}

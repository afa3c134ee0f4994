// SPDX-License-Identifier: BSD-2-Clause
//
// locale - the language that a visit begins with, before any word of it is there
//
// Layer: state.  Uses: words (types).
import type { Language } from "../words/words";
import { recall } from "./store";

/** What was chosen here before, or what the browser prefers. */
export function firstLanguage(): Language {
	const kept = recall<string>("language", "");
	if (kept === "ko" || kept === "en") return kept;
	return navigator.language.toLowerCase().startsWith("ko") ? "ko" : "en";
}

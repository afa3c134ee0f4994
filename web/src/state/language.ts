// SPDX-License-Identifier: BSD-2-Clause
//
// language - ko or en, chosen once and kept
//
// Layer: state.  Uses: api, words.
import { create } from "zustand";
import { speak } from "../api/client";
import {
	money,
	numbers,
	say,
	type Holes,
	type Key,
	type Language,
} from "../words/words";
import { firstLanguage } from "./locale";
import { keep } from "./store";

function use(language: Language): void {
	document.documentElement.lang = language;
	speak(language);
}

interface LanguageState {
	language: Language;
	choose(language: Language): void;
}

export const useLanguage = create<LanguageState>((set) => {
	const language = firstLanguage();
	use(language);
	return {
		language,
		choose(chosen) {
			keep("language", chosen);
			use(chosen);
			set({ language: chosen });
		},
	};
});

/** t: a text; won: an amount; number: how numbers are written; language. */
export function useWords() {
	const language = useLanguage((state) => state.language);
	return {
		language,
		t: (key: Key, holes?: Holes) => say(language, key, holes),
		won: (minor: number, currency: string) => money(language, minor, currency),
		number: numbers(language),
	};
}

/** What a type of seats is called; one that we have no word for, by its own. */
export function useTypeName(): (type: string) => string {
	const { t } = useWords();
	return (type) => {
		switch (type) {
			case "standard":
			case "wheelchair":
			case "companion":
			case "couple":
				return t(`type.${type}`);
			default:
				return type;
		}
	};
}

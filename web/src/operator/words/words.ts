// SPDX-License-Identifier: BSD-2-Clause
//
// words - what the operators' page says; buyers' browsers never load it
//
// ko.json and en.json have the same keys; a lint keeps them so.
//
// Layer: words.  Uses: state.
import { useWords } from "../../state/language";
import { filled, type Holes } from "../../words/words";
import en from "./en.json";
import ko from "./ko.json";

export type Word = keyof typeof en;

const texts: Record<"ko" | "en", Record<string, string>> = { en, ko };

/** t: a text of this page; b: one that buyers have as well; won: an amount; number: how
 * numbers are written. */
export function useTexts() {
	const { t: b, won, number, language } = useWords();
	return {
		b,
		won,
		number,
		language,
		t: (word: Word, holes?: Holes) => filled(texts[language][word] ?? word, holes),
		/** What a word of the API is called, as "store.up"; one that has no text, by itself. */
		say: (word: string) =>
			texts[language][word] ?? word.slice(word.indexOf(".") + 1),
	};
}

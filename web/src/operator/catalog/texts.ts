// SPDX-License-Identifier: BSD-2-Clause
//
// texts - what is said in both languages, or in one text for both
//
// Layer: operator.  Uses: api (types), state.
import { textOf } from "../../state/form";
import type { ManagedHall } from "../calls";

/** As the API has it: null where nothing is said. */
export type Text = ManagedHall["name"];

/** As it is called in the language of the page. */
export function nameIn(language: "ko" | "en", text: Text | undefined): string {
	return typeof text === "string" ? text : (text?.[language] ?? "");
}

/** Of two texts, of which one stands for both where the other is empty. */
export function bothOf(ko: string, en: string): Text {
	const [one, other] = [ko.trim(), en.trim()];
	if (one === "" && other === "") return null;
	return one === "" || other === "" || one === other ? one || other : { ko: one, en: other };
}

/** What the two fields of a form say (parts/TextFields). */
export const textIn = (form: FormData, name: string): Text =>
	bothOf(textOf(form, `${name}-ko`), textOf(form, `${name}-en`));

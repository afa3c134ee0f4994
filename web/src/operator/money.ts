// SPDX-License-Identifier: BSD-2-Clause
//
// money - amounts as people write them, and in the smallest unit of a currency
//
// Layer: operator.  Uses: words.
import { digitsOf } from "../words/words";

/** How many digits a currency (ISO 4217) has behind the point; 0: also one that
 * nobody knows. */
function digits(currency: string): number {
	return /^[A-Z]{3}$/iu.test(currency) ? digitsOf(currency) : 0;
}

/** "12,000" as minor units; undefined: it is no amount. */
export function minorOf(text: string, currency: string): number | undefined {
	const exact = Number(text.replaceAll(/[\s,]/gu, "")) * 10 ** digits(currency.trim());
	const amount = Math.round(exact);
	const isOne = text.trim() !== "" && Number.isSafeInteger(amount) && amount >= 0 && Math.abs(exact - amount) < 1e-6;
	return isOne ? amount : undefined;
}

/** The same as a text. */
export function majorOf(minor: number, currency: string): string {
	const n = digits(currency);
	return (minor / 10 ** n).toFixed(n);
}

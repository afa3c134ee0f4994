// SPDX-License-Identifier: BSD-2-Clause
//
// words - what the page says, in each language
//
// ko.json and en.json have the same keys; a lint keeps them so. A text may
// have {holes}. Money, days and counts are written as each language does.
//
// Layer: words.
import en from "./en.json";
import ko from "./ko.json";

export type Language = "ko" | "en";
export type Key = keyof typeof en;
export type Holes = Record<string, string | number>;

const texts: Record<Language, Record<Key, string>> = { en, ko };

/** A text, its {holes} filled. */
export function filled(text: string, holes: Holes = {}): string {
	return text.replace(/\{(\w+)\}/g, (hole, name: string) =>
		String(holes[name] ?? hole),
	);
}

export function say(language: Language, key: Key, holes: Holes = {}): string {
	return filled(texts[language][key], holes);
}

/** A browser makes a format in a millisecond and writes by it in a few microseconds:
 * each is made once. */
const forms = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

export function formOnce<T extends Intl.NumberFormat | Intl.DateTimeFormat, O>(
	Form: new (locale: string, options: O) => T,
	locale: string,
	options: O,
): T {
	const name = `${Form.name} ${locale} ${JSON.stringify(options)}`;
	const form = (forms.get(name) as T | undefined) ?? new Form(locale, options);
	forms.set(name, form);
	return form;
}

/** Numbers as a language writes them. */
export function numbers(language: Language, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
	return formOnce(Intl.NumberFormat, language, options);
}

/** How many digits a currency (three letters) has behind the point. */
export function digitsOf(currency: string): number {
	const form = formOnce(Intl.NumberFormat, "en", { style: "currency", currency });
	return form.resolvedOptions().maximumFractionDigits ?? 0;
}

/** minor: an integer in the currency's smallest unit. */
export function money(
	language: Language,
	minor: number,
	currency: string,
): string {
	if (language === "ko" && currency === "KRW")
		return `${numbers("ko").format(minor)}원`;
	return numbers(language, { style: "currency", currency })
		.format(minor / 10 ** digitsOf(currency));
}

/** As a screen reader says it: "55,000 won". */
export function spokenMoney(
	language: Language,
	minor: number,
	currency: string,
): string {
	if (language === "ko") return money(language, minor, currency);
	return numbers(language, { style: "currency", currency, currencyDisplay: "name" })
		.format(minor / 10 ** digitsOf(currency));
}

/** A moment on the clock of the place where it happens. */
function atPlace(time: string, utcOffset: string): Date {
	const [hours = 0, minutes = 0] = utcOffset.slice(1).split(":").map(Number);
	const sign = utcOffset.startsWith("-") ? -1 : 1;
	return new Date(Date.parse(time) + sign * (hours * 60 + minutes) * 60_000);
}

function written(
	language: Language,
	date: Date,
	options: Intl.DateTimeFormatOptions,
): string {
	return formOnce(Intl.DateTimeFormat, language === "ko" ? "ko-KR" : "en-GB", {
		timeZone: "UTC",
		...options,
	}).format(date);
}

export function clockTime(
	language: Language,
	time: string,
	utcOffset: string,
): string {
	return written(language, atPlace(time, utcOffset), {
		hour: "2-digit",
		minute: "2-digit",
		hourCycle: "h23",
	});
}

/** date: "2026-11-29" */
export function dayParts(
	language: Language,
	date: string,
): { weekday: string; day: string; month: string } {
	const at = new Date(`${date}T00:00:00Z`);
	return {
		weekday: written(language, at, { weekday: "short" }),
		day: String(at.getUTCDate()),
		month: written(language, at, { month: "short" }),
	};
}

export function dayAndTime(
	language: Language,
	time: string,
	utcOffset: string,
): string {
	return written(language, atPlace(time, utcOffset), {
		weekday: "short",
		day: "numeric",
		month: "short",
		hour: "2-digit",
		minute: "2-digit",
		hourCycle: "h23",
	});
}

/** A moment on the reader's own clock, or on that of a time zone. */
export function moment(language: Language, time: string, timeZone?: string): string {
	return formOnce(Intl.DateTimeFormat, language === "ko" ? "ko-KR" : "en-GB", {
		dateStyle: "medium",
		timeStyle: "short",
		...(timeZone !== undefined && { timeZone }),
	}).format(new Date(time));
}

/** "4:05" */
export function countdown(seconds: number): string {
	const rest = Math.max(0, Math.ceil(seconds));
	return `${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, "0")}`;
}

/** About how many: exactly where they are few, then by two figures. */
export function around(n: number): [from: number, to: number] {
	if (n < 20) return [n, n];
	const step = 10 ** Math.max(1, Math.floor(Math.log10(n)) - 1);
	const from = Math.floor(n / step) * step;
	return [from, from + step];
}

/** How long a wait of so many seconds, at least and at most, is. */
export function waitOf(
	leastS: number,
	mostS: number,
): { key: Key; holes: Holes } {
	if (mostS <= 60) return { key: "line.eta.soon", holes: {} };
	const unit = mostS > 2 * 3600 ? "hours" : "minutes";
	const inS = unit === "hours" ? 3600 : 60;
	const from = Math.max(1, Math.floor(leastS / inS));
	const to = Math.max(from, Math.ceil(mostS / inS));
	const form = from === to ? "about" : "range";
	return { key: `line.eta.${unit}-${form}`, holes: { from, to } };
}

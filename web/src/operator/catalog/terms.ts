// SPDX-License-Identifier: BSD-2-Clause
//
// terms - a performance as the fields of a form, and as the API takes it
// (doc/load.md)
//
// Fields are texts, as somebody writes them; "" says nothing. The API checks
// what they mean.
//
// Layer: operator.  Uses: api (types), money.
import type { ManagedPerformance } from "../calls";
import { majorOf, minorOf } from "../money";
import { patchOf, type Members } from "./patch";
import { bothOf, type Text } from "./texts";
import { clockAt, momentAt } from "./zoned";

/** A kind of ticket. */
export interface TypeFields {
	code: string;
	ko: string;
	en: string;
	min: string;
	max: string;
	proof: boolean;
}

/** How much comes back until when. */
export interface StepFields {
	percent: string;
	fee: string;
	unit: "days_before" | "minutes_before";
	n: string;
}

export interface RuleFields {
	on: boolean;
	percent: string;
	minutes: string;
}

export const RULES = ["no-lone-seat", "accessible-last"] as const;
export type Rule = (typeof RULES)[number];

export interface Fields {
	key: string;
	show: string;
	venue: string;
	hall: string;
	/** "": the newest of a new one, its own of another. */
	revision: string;
	day: string;
	at: string;
	/** Of a new one. */
	status: "draft" | "open";
	opens: string;
	closes: string;
	minutes: string;
	currency: string;
	/** None: one kind of ticket, of which nothing is said. */
	types: TypeFields[];
	/** By price class and type; of the one kind by "". */
	prices: Record<string, Record<string, string>>;
	most: string;
	holdS: string;
	mode: string;
	rules: Record<Rule, RuleFields>;
	/** "own": the steps. */
	policy: "" | "concert" | "film" | "own";
	steps: StepFields[];
	graceHours: string;
	graceDays: string;
	moves: "off" | "class" | "any";
	transfers: "off" | "on";
}

const noRule: RuleFields = { on: false, percent: "", minutes: "" };

export const emptyType: TypeFields = { code: "", ko: "", en: "", min: "", max: "", proof: false };
export const emptyStep: StepFields = { percent: "100", fee: "", unit: "days_before", n: "" };

export const fresh: Fields = {
	key: "", show: "", venue: "", hall: "", revision: "", day: "", at: "", status: "open", opens: "",
	closes: "", minutes: "", currency: "KRW", types: [], prices: {}, most: "", holdS: "", mode: "off",
	rules: { "no-lone-seat": noRule, "accessible-last": noRule }, policy: "", steps: [emptyStep],
	graceHours: "", graceDays: "", moves: "off", transfers: "off",
};

/** How prices are kept: by the codes of the types, or by "". */
export const codesOf = ({ types }: Fields): string[] =>
	types.length === 0 ? [""] : types.map(({ code }) => code);

/** What one is called where nobody says it: by its show and its time. */
export const keyOf = (fields: Fields): string =>
	fields.key.trim() || [fields.show, fields.day, fields.at.replace(":", "")].filter(Boolean).join("-").slice(0, 64);

// ---- kinds of tickets come and go, with their prices ----

/** Those that are offered first. */
const USUAL = [
	{ code: "adult", ko: "성인", en: "Adult" },
	{ code: "youth", ko: "청소년", en: "Youth" },
	{ code: "senior", ko: "경로", en: "Senior" },
	{ code: "child", ko: "어린이", en: "Child" },
];

/** What was asked of one code is asked of another; undefined: of none. */
function renamed(prices: Fields["prices"], was: string, is: string | undefined): Fields["prices"] {
	return Object.fromEntries(Object.entries(prices).map(([name, { [was]: amount, ...rest }]) => [
		name, amount === undefined || is === undefined ? rest : { ...rest, [is]: amount },
	]));
}

export function withType(fields: Fields): Fields {
	const { types } = fields;
	const isFree = ({ code }: { code: string }) => types.every((type) => type.code !== code);
	const next = USUAL.find(isFree) ?? { code: `type${types.length + 1}`, ko: "", en: "" };
	const prices = types.length === 0 ? renamed(fields.prices, "", next.code) : fields.prices;
	return { ...fields, types: [...types, { ...emptyType, ...next }], prices };
}

export function withoutType(fields: Fields, at: number): Fields {
	const types = fields.types.filter((_, i) => i !== at);
	return { ...fields, types, prices: renamed(fields.prices, fields.types[at]?.code ?? "", types.length === 0 ? "" : undefined) };
}

export function withTypeAs(fields: Fields, at: number, change: Partial<TypeFields>): Fields {
	const was = fields.types[at]?.code ?? "";
	const types = fields.types.map((type, i) => (i === at ? { ...type, ...change } : type));
	return { ...fields, types, prices: change.code === undefined ? fields.prices : renamed(fields.prices, was, change.code) };
}

/** The prices of a plan with these classes; what is known of them stays. */
export const withClasses = (fields: Fields, names: string[]): Fields => ({
	...fields, prices: Object.fromEntries(names.map((name) => [name, fields.prices[name] ?? {}])),
});

// ---- from the API ----

interface Stored {
	ticket_types: { code: string; name: Text; min?: number; max?: number; needs_proof?: boolean }[] | null;
	prices: Record<string, number | Record<string, number>>;
	seat_rules: Partial<Record<Rule, { until_percent_left?: number; until_minutes?: number }>>;
	refund_policy: {
		steps: { percent: number; fee?: number; days_before?: number; minutes_before?: number }[];
		grace?: { hours: number; days_before: number } | null;
	} | null;
}

const written = (value: number | null | undefined): string => (value == null ? "" : String(value));

function typeFields({ code, name, min, max, needs_proof }: NonNullable<Stored["ticket_types"]>[number]): TypeFields {
	const [ko, en] = typeof name === "string" ? [name, name] : [name?.ko ?? "", name?.en ?? ""];
	return { code, ko, en, min: written(min), max: written(max), proof: needs_proof === true };
}

function ruleFields(rule: { until_percent_left?: number; until_minutes?: number } | undefined): RuleFields {
	return { on: rule !== undefined, percent: written(rule?.until_percent_left), minutes: written(rule?.until_minutes) };
}

function policyFields(policy: Stored["refund_policy"], currency: string): Pick<Fields, "policy" | "steps" | "graceHours" | "graceDays"> {
	if (policy === null) return { policy: "", steps: fresh.steps, graceHours: "", graceDays: "" };
	const steps = policy.steps.map((step): StepFields => ({
		percent: String(step.percent),
		fee: step.fee === undefined || step.fee === 0 ? "" : majorOf(step.fee, currency),
		unit: step.days_before === undefined ? "minutes_before" : "days_before",
		n: written(step.days_before ?? step.minutes_before),
	}));
	return { policy: "own", steps, graceHours: written(policy.grace?.hours), graceDays: written(policy.grace?.days_before) };
}

export function fieldsOf(one: ManagedPerformance): Fields {
	const stored = one as unknown as Stored;
	const clock = (moment: string) => clockAt(moment, one.time_zone);
	const amounts = (price: number | Record<string, number>) => typeof price === "number"
		? { "": majorOf(price, one.currency) }
		: Object.fromEntries(Object.entries(price).map(([code, amount]) => [code, majorOf(amount, one.currency)]));
	const [day = "", at = ""] = clock(one.starts_at).split("T");
	return {
		key: one.key, show: one.show, venue: one.venue, hall: one.hall, revision: String(one.revision),
		day, at, status: "open", opens: clock(one.sales_open_at), closes: clock(one.sales_close_at),
		minutes: String(one.running_minutes), currency: one.currency,
		types: (stored.ticket_types ?? []).map(typeFields),
		prices: Object.fromEntries(Object.entries(stored.prices).map(([name, price]) => [name, amounts(price)])),
		most: String(one.max_seats_per_user), holdS: written(one.hold_seconds), mode: one.queue_mode,
		rules: {
			"no-lone-seat": ruleFields(stored.seat_rules["no-lone-seat"]),
			"accessible-last": ruleFields(stored.seat_rules["accessible-last"]),
		},
		...policyFields(stored.refund_policy, one.currency),
		moves: one.moves,
		transfers: one.transfers,
	};
}

// ---- to the API ----

/** Members of which something is said. */
function said(members: Members): Members {
	return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** A number; what is none goes as it is, so that the API says so. */
const numberIn = (text: string): number | string | undefined => {
	const word = text.trim();
	if (word === "") return undefined;
	return Number.isFinite(Number(word)) ? Number(word) : word;
};

const amountIn = (text: string | undefined, currency: string): number | string | undefined =>
	minorOf(text ?? "", currency) ?? (text?.trim() || undefined);

function pricesOf(fields: Fields): Members {
	const amount = (name: string, code: string) => amountIn(fields.prices[name]?.[code], fields.currency);
	const codes = codesOf(fields);
	return Object.fromEntries(Object.keys(fields.prices).map((name) => [
		name,
		fields.types.length === 0 ? amount(name, "") ?? "" : said(Object.fromEntries(codes.map((code) => [code, amount(name, code)]))),
	]));
}

function rulesOf(rules: Fields["rules"]): Members {
	const on = RULES.filter((rule) => rules[rule].on);
	return Object.fromEntries(on.map((rule) => [
		rule, said({ until_percent_left: numberIn(rules[rule].percent), until_minutes: numberIn(rules[rule].minutes) }),
	]));
}

function policyOf({ policy, steps, graceHours, graceDays, currency }: Fields): unknown {
	if (policy !== "own") return policy || undefined;
	return said({
		steps: steps.map((step) => said({
			percent: numberIn(step.percent), fee: amountIn(step.fee, currency), [step.unit]: numberIn(step.n),
		})),
		grace: graceHours.trim() === "" ? undefined : { hours: numberIn(graceHours), days_before: numberIn(graceDays) ?? 0 },
	});
}

/** zone: the venue's. */
export function bodyOf(fields: Fields, zone: string): Members {
	return said({
		key: keyOf(fields), show: fields.show, venue: fields.venue, hall: fields.hall,
		revision: numberIn(fields.revision), starts_on: fields.day, at: fields.at,
		sales_open_at: momentAt(fields.opens, zone), sales_close_at: momentAt(fields.closes, zone),
		running_minutes: numberIn(fields.minutes), currency: fields.currency.trim().toUpperCase(),
		ticket_types: fields.types.length === 0 ? undefined : fields.types.map((type) => said({
			code: type.code, name: bothOf(type.ko, type.en) ?? undefined,
			min: numberIn(type.min), max: numberIn(type.max), needs_proof: type.proof || undefined,
		})),
		prices: pricesOf(fields), max_seats_per_user: numberIn(fields.most), hold_seconds: numberIn(fields.holdS),
		queue_mode: fields.mode, seat_rules: rulesOf(fields.rules), refund_policy: policyOf(fields), moves: fields.moves, transfers: fields.transfers,
	});
}

/** What makes one what the fields say; empty: it is so already. */
export function changeOf(one: ManagedPerformance, fields: Fields): Members {
	const after = bodyOf(fields, one.time_zone);
	const patch = patchOf(bodyOf(fieldsOf(one), one.time_zone), after);
	const { starts_on, at, ...rest } = patch;
	if (starts_on === undefined && at === undefined) return rest;
	return { ...rest, starts_at: null, starts_on: after["starts_on"], at: after["at"] };
}

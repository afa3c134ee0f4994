// SPDX-License-Identifier: BSD-2-Clause
import { describe, expect, it } from "vitest";
import type { ManagedPerformance } from "../calls";
import { patchOf } from "./patch";
import { bodyOf, changeOf, emptyType, fieldsOf, fresh, keyOf, withClasses, withoutType, withType, withTypeAs, type Fields } from "./terms";
import { bothOf, nameIn } from "./texts";

const one = {
	key: "hamlet-1", show: "hamlet", venue: "royal", hall: "main", revision: 3, time_zone: "Asia/Seoul",
	starts_at: "2027-05-01T10:30:00Z", running_minutes: 90, sales_open_at: "2027-04-01T01:00:30Z",
	sales_close_at: "2027-05-01T10:30:00Z", currency: "KRW", max_seats_per_user: 4, hold_seconds: null,
	queue_mode: "off", moves: "off", transfers: "off",
	ticket_types: [{ code: "adult", name: { ko: "성인", en: "Adult" } }, { code: "youth", name: "청소년", needs_proof: true, max: 4 }],
	prices: { r: { adult: 50000, youth: 30000 } },
	seat_rules: { "no-lone-seat": { until_minutes: 60 } },
	refund_policy: { steps: [{ days_before: 3, percent: 100, fee: 500 }, { minutes_before: 0, percent: 10 }], grace: { hours: 24, days_before: 3 } },
} as unknown as ManagedPerformance;

describe("terms", () => {
	it("changes nothing where nobody changed a field", () => {
		expect(changeOf(one, fieldsOf(one))).toEqual({});
	});
	it("says only what becomes otherwise", () => {
		const fields: Fields = { ...fieldsOf(one), most: "", at: "20:00", closes: "2027-05-01T20:00", policy: "film", moves: "class" };
		expect(changeOf(one, fields)).toEqual({
			max_seats_per_user: null, starts_at: null, starts_on: "2027-05-01", at: "20:00",
			sales_close_at: "2027-05-01T11:00:00Z", refund_policy: "film", moves: "class",
		});
	});
	it("takes a kind of ticket away with its prices", () => {
		const fields = fieldsOf(one);
		const less = { ...fields, types: fields.types.slice(0, 1), rules: fresh.rules };
		expect(changeOf(one, less)).toEqual({
			ticket_types: [{ code: "adult", name: { ko: "성인", en: "Adult" } }],
			prices: { r: { youth: null } }, seat_rules: { "no-lone-seat": null },
		});
		expect(changeOf(one, { ...less, types: [], prices: { r: { "": "40,000" } } })).toMatchObject({ ticket_types: null, prices: { r: 40000 } });
	});
	it("makes a new one of what is written", () => {
		const fields: Fields = {
			...fresh, show: "hamlet", venue: "royal", hall: "main", day: "2027-05-01", at: "19:30", currency: "usd",
			types: [{ ...emptyType, code: "adult", ko: "성인" }], prices: { r: { adult: "12.5" }, s: {} },
		};
		expect(bodyOf(fields, "Asia/Seoul")).toEqual({
			key: "hamlet-2027-05-01-1930", show: "hamlet", venue: "royal", hall: "main", starts_on: "2027-05-01", at: "19:30",
			currency: "USD", ticket_types: [{ code: "adult", name: "성인" }], prices: { r: { adult: 1250 }, s: {} },
			queue_mode: "off", seat_rules: {}, moves: "off", transfers: "off",
		});
		expect(bodyOf({ ...fields, currency: "KRW" }, "Asia/Seoul")["prices"]).toEqual({ r: { adult: "12.5" }, s: {} });
		expect(keyOf({ ...fields, key: " mine " })).toBe("mine");
	});
});

describe("kinds of tickets", () => {
	it("take what was asked with them", () => {
		const priced = { ...withClasses(fresh, ["r", "s"]), prices: { r: { "": "500" }, s: {} } };
		const two = withType(withType(priced));
		expect(two.types.map(({ code }) => code)).toEqual(["adult", "youth"]);
		expect(two.prices).toEqual({ r: { adult: "500" }, s: {} });
		const other = withTypeAs(two, 0, { code: "full" });
		expect(other.prices).toEqual({ r: { full: "500" }, s: {} });
		expect(withoutType(withoutType(other, 1), 0)).toEqual(priced);
		expect(withClasses(other, ["r", "t"]).prices).toEqual({ r: { full: "500" }, t: {} });
	});
});

describe("patch", () => {
	it("goes as deep as members do", () => {
		expect(patchOf({ a: { b: 1, c: [1] }, d: null }, { a: { b: 2, c: [1] }, e: 1 })).toEqual({ a: { b: 2 }, e: 1 });
	});
});

describe("texts", () => {
	it("stand for both languages where there is one", () => {
		expect(bothOf("햄릿", "")).toBe("햄릿");
		expect(bothOf("햄릿", "Hamlet")).toEqual({ ko: "햄릿", en: "Hamlet" });
		expect(bothOf(" ", "")).toBeNull();
		expect(nameIn("en", { ko: "햄릿", en: "Hamlet" })).toBe("Hamlet");
		expect(nameIn("ko", null)).toBe("");
	});
});

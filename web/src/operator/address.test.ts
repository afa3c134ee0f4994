// SPDX-License-Identifier: BSD-2-Clause
import { describe, expect, it } from "vitest";
import { addressOf, askedOf } from "./address";

describe("address", () => {
	it("says what a page is asked for, and gives it back", () => {
		const asked = { login: "kim&co", status: "CONFIRMED" };
		const address = addressOf("/operator/reservations", asked);
		expect(address).toBe("/operator/reservations?login=kim%26co&status=CONFIRMED");
		expect(askedOf(new URLSearchParams(address.split("?")[1]), ["login", "status", "seat"])).toEqual(asked);
	});
	it("leaves out what is empty, and what nobody knows", () => {
		expect(addressOf("/operator", { a: "", b: undefined })).toBe("/operator");
		expect(askedOf(new URLSearchParams("a=%20&evil=1"), ["a"])).toEqual({});
	});
});

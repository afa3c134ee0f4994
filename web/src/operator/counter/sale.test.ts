// SPDX-License-Identifier: BSD-2-Clause
import { expect, test } from "vitest";
import { Problem } from "../../api/client";
import type { Hold } from "../../api/calls";
import { selling, type Paid, type Sale, type Shop } from "./sale";

/** A shop that sells what it is asked for, each answer a moment later. */
function shop(refuse?: Problem) {
	const paid: Paid[] = [];
	let dropped = 0;
	const later = () => new Promise<void>((done) => setImmediate(done));
	const it: Shop = {
		read: (text) => (/^\d+$/u.test(text) ? { best: Number(text) } : { wrong: "unknown", word: text }),
		async hold(what) {
			await later();
			if (refuse !== undefined) throw refuse;
			return { hold_token: "t", seat_ids: [], what } as unknown as Hold;
		},
		keeper: () => Promise.resolve(undefined),
		async sell(_hold, how) {
			await later();
			paid.push(how);
			return { number: "N", seats: 2, amount: 2000, currency: "KRW" };
		},
		async drop() {
			await later();
			dropped++;
		},
	};
	return { it, paid, dropped: () => dropped };
}

async function until(done: () => boolean): Promise<void> {
	while (!done()) await new Promise<void>((next) => setImmediate(next));
}

const type = (keys: (key: string) => void, ...words: string[]) => {
	for (const word of words)
		if (word === "Enter" || word === "Escape" || word === "Backspace") keys(word);
		else for (const key of word) keys(key);
};

test("a hundred sales typed ahead lose no key", async () => {
	const at = shop();
	const sale = selling(at.it, () => {});
	for (let i = 0; i < 100; i++) type(sale.press, "2", "Enter", "c");
	await until(() => sale.now().n === 100 && !sale.now().busy);
	expect(at.paid.length).toBe(100);
	expect(sale.now().step).toBe("seats");
	expect(sale.now().text).toBe("");
});

test("a slip, a reason and a name go with what they belong to", async () => {
	const at = shop();
	const sale = selling(at.it, () => {});
	type(sale.press, "2", "Enter", "nKim", "Enter", "t0042", "Enter");
	type(sale.press, "1", "Enter", "gfriend", "Enter");
	await until(() => sale.now().n === 2 && !sale.now().busy);
	expect(at.paid).toEqual([
		{ method: "terminal", slip: "0042", name: "Kim" },
		{ method: "complimentary", reason: "friend" },
	]);
});

test("what is wrong stands there, and may be mended", async () => {
	const at = shop();
	const sale = selling(at.it, () => {});
	type(sale.press, "2x", "Enter");
	expect(sale.now().wrong).toEqual({ wrong: "unknown", word: "2x" });
	type(sale.press, "Backspace", "Enter");
	await until(() => sale.now().step === "pay" && !sale.now().busy);
	expect(sale.now().wrong).toBe(undefined);
	type(sale.press, "t", "Escape", "Escape");
	await until(() => sale.now().step === "seats" && !sale.now().busy);
	expect(at.dropped()).toBe(1);
});

test("what was sold already is not held any more", async () => {
	const at = shop();
	at.it.sell = () => Promise.reject(new Problem(409, { type: "/problems/hold-paid" }));
	const sale = selling(at.it, () => {});
	type(sale.press, "2", "Enter", "c");
	await until(() => sale.now().problem !== undefined);
	expect(sale.now().step).toBe("seats");
	expect(sale.now().hold).toBe(undefined);
});

test("after a refusal nothing that was typed ahead is done", async () => {
	const at = shop(new Problem(409, { type: "/problems/seat-taken" }));
	const seen: Sale[] = [];
	const sale = selling(at.it, (one) => seen.push(one));
	type(sale.press, "2", "Enter", "c", "3", "Enter");
	await until(() => !sale.now().busy);
	expect(sale.now().problem?.slug).toBe("seat-taken");
	expect(sale.now().text).toBe("2");
	expect(at.paid.length).toBe(0);
	expect(seen.some((one) => one.busy)).toBe(true);
});

const press = { code: "press", letter: "P", colour: "#1f7a8c", owner: "The press", release_minutes: 120 };

/** Seats 1 and 2 are kept for the press. */
function keeping(keeper: Awaited<ReturnType<Shop["keeper"]>>) {
	const at = shop();
	const codes: (string | undefined)[] = [];
	at.it.read = (text) => (/^\d/u.test(text) ? { seats: text.split(" ").map(Number) } : { wrong: "unknown", word: text });
	at.it.keeper = () => Promise.resolve(keeper);
	at.it.hold = (_what, code) => {
		codes.push(code);
		return code === "press"
			? Promise.resolve({ hold_token: "t" } as Hold)
			: Promise.reject(new Problem(409, { type: "/problems/seat-taken" }));
	};
	return { ...at, codes };
}

test("kept seats are sold when that was said, and by no key that was typed ahead", async () => {
	const at = keeping(press);
	const sale = selling(at.it, () => {});
	type(sale.press, "1 2", "Enter", "yc", "Enter");
	await until(() => !sale.now().busy);
	expect(sale.now()).toMatchObject({ step: "kept", keeper: press, text: "1 2" });
	type(sale.press, "Enter", "c", "y", "c");
	await until(() => sale.now().n === 1 && !sale.now().busy);
	expect(at.codes).toEqual([undefined, "press"]);
	expect(at.paid).toEqual([{ method: "cash" }]);
	expect(sale.now().keeper).toBe(undefined);
});

test("kept seats may be left where they are", async () => {
	const at = keeping(press);
	const sale = selling(at.it, () => {});
	type(sale.press, "1", "Enter");
	await until(() => sale.now().step === "kept");
	sale.type("9");
	type(sale.press, "Escape");
	expect(sale.now()).toMatchObject({ step: "seats", text: "1" });
	expect(at.codes).toEqual([undefined]);
});

test("seats of several codes are not sold together", async () => {
	const at = keeping("several");
	const sale = selling(at.it, () => {});
	type(sale.press, "1 2", "Enter", "c");
	await until(() => !sale.now().busy);
	expect(sale.now()).toMatchObject({ step: "seats", wrong: { wrong: "kept", word: "1 2" } });
	expect(at.paid).toEqual([]);
});

test("seats that are kept no more, and taken, are told as taken", async () => {
	const at = keeping(undefined);
	const sale = selling(at.it, () => {});
	type(sale.press, "1", "Enter");
	await until(() => !sale.now().busy);
	expect(sale.now().problem?.slug).toBe("seat-taken");
	expect(sale.now().step).toBe("seats");
});

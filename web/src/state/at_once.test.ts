// SPDX-License-Identifier: BSD-2-Clause
import { expect, test } from "vitest";
import type { Hold, WantSeats } from "../api/calls";
import { Problem } from "../api/client";
import { AtOnce } from "./at_once";

/** A server that answers when it is told to, and what it was asked. */
function given(held?: number[]) {
	const asked: string[] = [];
	const told: string[] = [];
	const waiting: { done(value: unknown): void; fail(why: unknown): void }[] = [];
	const wait = <T>(what: string) => {
		asked.push(what);
		return new Promise<T>((done, fail) => waiting.push({ done: done as (value: unknown) => void, fail }));
	};
	const ids = (want: WantSeats) => ("seat_ids" in want ? want.seat_ids : []);
	let mine: readonly number[] = [];
	const one = new AtOnce({
		find: () => wait("find"),
		place: (want) => wait(`place ${ids(want)}`),
		change: (hold, want) => wait(`change ${hold.hold_token} ${ids(want)}`),
		drop: (hold) => wait(`drop ${hold.hold_token}`),
		mine: (seats) => (mine = seats),
		found: (hold) => told.push(`found ${hold.seat_ids}`),
		lost: (seats) => told.push(`lost ${seats}`),
	});
	/** What was done with the promises has been seen. */
	const rest = () => new Promise<void>((done) => setTimeout(done, 0));
	return {
		one,
		asked,
		told,
		mine: () => [...mine],
		wish: (...seats: number[]) => one.wish(seats, seats.length === 0 ? undefined : { seat_ids: seats }),
		async answers(value: unknown) {
			waiting.shift()!.done(value);
			await rest();
		},
		async refuses(status: number, slug: string, more: object = {}) {
			waiting.shift()!.fail(new Problem(status, { type: `/problems/${slug}`, ...more } as object));
			await rest();
		},
		async begins() {
			await this.answers(held === undefined ? undefined : hold(held));
		},
	};
}

const hold = (seat_ids: number[]) => ({ hold_token: "h", seat_ids, status: "held" }) as unknown as Hold;

test("the first tap is held, later ones change it, none gives it back", async () => {
	const it = given();
	await it.begins();
	it.wish(1, 2);
	expect(it.mine()).toEqual([1, 2]);
	await it.answers(hold([1, 2]));
	it.wish(5, 6);
	expect(it.mine()).toEqual([1, 2, 5, 6]);
	await it.answers(hold([5, 6]));
	expect(it.mine()).toEqual([5, 6]);
	expect(await it.one.settled()).toBe(true);
	it.wish();
	await it.answers(undefined);
	expect(it.mine()).toEqual([]);
	expect(it.asked).toEqual(["find", "place 1,2", "change h 5,6", "drop h"]);
});

test("of taps during a request the last one alone is asked for", async () => {
	const it = given();
	it.wish(1);
	it.wish(2);
	await it.begins();
	it.wish(3);
	it.wish(4);
	await it.answers(hold([2]));
	await it.answers(hold([4]));
	expect(await it.one.settled()).toBe(true);
	expect(it.asked).toEqual(["find", "place 2", "change h 4"]);
});

test("what was held before is told, unless something else is wished already", async () => {
	const it = given([7]);
	await it.begins();
	expect(it.told).toEqual(["found 7"]);
	expect(await it.one.settled()).toBe(false);
	const other = given([7]);
	other.wish(1);
	await other.begins();
	expect(other.told).toEqual([]);
	expect(other.asked).toEqual(["find", "change h 1"]);
});

test("a seat that somebody else took is named, and what is held stays", async () => {
	const it = given([7]);
	await it.begins();
	it.wish(1, 2);
	await it.refuses(409, "seat-taken", { conflicts: [{ seat_id: 2 }] });
	expect(it.told).toEqual(["found 7", "lost 2"]);
	expect(it.mine()).toEqual([7]);
	expect(await it.one.settled()).toBe(false);
	it.wish(1);
	await it.answers(hold([1]));
	expect(await it.one.settled()).toBe(true);
});

test("a hold that is over is placed anew", async () => {
	const it = given([7]);
	await it.begins();
	it.wish(8);
	await it.refuses(410, "hold-expired");
	await it.answers(hold([8]));
	expect(it.asked).toEqual(["find", "change h 8", "place 8"]);
	expect(await it.one.settled()).toBe(true);
});

for (const [status, slug] of [[503, "seat-store-unavailable"], [0, "offline"], [429, "rate-limited"], [403, "queue-pass-required"], [422, "seat-limit"]] as const)
	test(`after ${slug} picks wait for the way on, and may be ours already`, async () => {
		const it = given();
		await it.begins();
		it.wish(1, 2);
		await it.refuses(status, slug);
		expect(it.mine()).toEqual([1, 2]);
		expect(await it.one.settled()).toBe(false);
		it.wish(3);
		expect(it.asked).toEqual(["find", "place 1,2"]);
	});

test("what another tab holds takes the place of what was wished here", async () => {
	const it = given();
	await it.begins();
	it.wish(1);
	await it.answers(hold([1]));
	it.one.lookAgain();
	await it.answers(hold([9]));
	expect(it.told).toEqual([]);
	expect(it.mine()).toEqual([9]);
	it.wish(3);
	expect(it.asked.at(-1)).toBe("change h 3");
});

test("when its time is over nothing is held, and nothing asked for by itself", async () => {
	const it = given();
	await it.begins();
	it.wish(1);
	await it.answers(hold([1]));
	it.one.lookAgain();
	await it.answers(undefined);
	expect(it.mine()).toEqual([]);
	expect(await it.one.settled()).toBe(false);
	expect(it.asked).toEqual(["find", "place 1", "find"]);
});

test("who has left the page is told nothing", async () => {
	const it = given();
	await it.begins();
	it.wish(1);
	it.one.close();
	await it.refuses(409, "seat-taken", { conflicts: [{ seat_id: 1 }] });
	expect(it.told).toEqual([]);
});

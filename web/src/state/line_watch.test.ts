// SPDX-License-Identifier: BSD-2-Clause
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { QueuePlace } from "../api/calls";
import { Problem } from "../api/client";
import { LineWatch } from "./line_watch";

const WAITING: QueuePlace = {
	queue_token: "t1",
	state: "waiting",
	position: 41,
	ahead: 40,
	total: 90,
	eta_known: false,
	eta_seconds: null,
	eta_min_seconds: null,
	eta_reason: null,
	likely_sold_out: false,
	poll_after: 7,
	pass_expires_at: null,
};

const pass = (s: number) => vi.advanceTimersByTimeAsync(s * 1000);

/** A line that answers what a test says, and what the page has of it. */
function given(ticket: string | undefined) {
	const has: {
		ticket: string | undefined;
		place: QueuePlace | undefined;
		failure: string | undefined;
	} = { ticket, place: undefined, failure: undefined };
	const asked: string[] = [];
	let answer = (): QueuePlace => WAITING;
	const watch = new LineWatch(
		{
			join: async () => (asked.push("join"), answer()),
			poll: async (sent) => (asked.push(sent), answer()),
			leave: async (sent) => void asked.push(`leave ${sent}`),
		},
		{
			place: (place) => void (has.place = place),
			ticket: (sent) => void (has.ticket = sent),
			failed: (problem) => void (has.failure = problem?.slug),
		},
		ticket,
	);
	const says = (change: Partial<QueuePlace>) => {
		const { queue_token: _, ...rest } = WAITING;
		answer = () => ({ ...rest, ...change });
	};
	const refuses = (
		status: number,
		document: ConstructorParameters<typeof Problem>[1] = {},
	) => {
		answer = () => {
			throw new Problem(status, document);
		};
	};
	return { watch, has, asked, says, refuses };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a place in the line", () => {
	it("is asked for when the server says, and no earlier", async () => {
		const line = given(undefined);
		line.watch.look();
		expect(line.asked).toEqual([]);
		await line.watch.join();
		await pass(6.9);
		expect(line.asked).toEqual(["join"]);
		await pass(0.2);
		expect(line.asked).toEqual(["join", "t1"]);
	});
	it("goes by another ticket as soon as one is sent", async () => {
		const line = given("t1");
		line.says({ queue_token: "t2" });
		line.watch.look();
		await pass(8);
		expect(line.asked).toEqual(["t1", "t2"]);
		expect(line.has.ticket).toBe("t2");
	});
	it("is followed on when it is one's turn: the first look claims the pass", async () => {
		const line = given("t1");
		line.says({ state: "admitted", ahead: 0, poll_after: 5 });
		line.watch.look();
		await pass(6);
		expect(line.asked).toEqual(["t1", "t1"]);
		expect(line.has.ticket).toBe("t1");
	});
	it.each(["left", "expired", "closed"] as const)(
		"that is %s is asked for no more, and its ticket forgotten",
		async (state) => {
			const line = given("t1");
			line.says({ state });
			line.watch.look();
			await pass(60);
			expect(line.asked).toEqual(["t1"]);
			expect(line.has).toMatchObject({ ticket: undefined, place: { state } });
		},
	);
	it("outlives a network that fails, and a server that is busy", async () => {
		const line = given("t1");
		line.refuses(0);
		line.watch.look();
		await pass(0);
		expect(line.has).toMatchObject({ ticket: "t1", failure: "offline" });
		line.refuses(503, { type: "/problems/busy" });
		await pass(5);
		expect(line.has).toMatchObject({ ticket: "t1", failure: "busy" });
		line.says({ ahead: 3 });
		await pass(5);
		expect(line.has).toMatchObject({ failure: undefined, place: { ahead: 3 } });
	});
	it("of somebody else is given up", async () => {
		const line = given("t1");
		line.refuses(403, { type: "/problems/queue-pass-required" });
		line.watch.look();
		await pass(60);
		expect(line.asked).toEqual(["t1"]);
		expect(line.has).toMatchObject({ ticket: undefined, failure: undefined });
	});
	it("that was left is not brought back by an answer on its way", async () => {
		const line = given("t1");
		line.watch.look();
		void line.watch.leave();
		await pass(60);
		expect(line.asked).toEqual(["t1", "leave t1"]);
		expect(line.has).toMatchObject({ ticket: undefined, place: undefined });
	});
	it("is joined anew after it was left", async () => {
		const line = given("t1");
		await line.watch.leave();
		expect(await line.watch.join()).toMatchObject({ state: "waiting" });
		expect(line.has.ticket).toBe("t1");
	});
	it("is joined anew while a look is on its way, whose answer is too old", async () => {
		const line = given("t1");
		line.says({ state: "expired" });
		line.watch.look();
		line.says({ queue_token: "t2" });
		expect(await line.watch.join()).toMatchObject({ state: "waiting" });
		expect(line.asked).toEqual(["t1", "join"]);
		expect(line.has).toMatchObject({ ticket: "t2", place: { state: "waiting" } });
	});
});

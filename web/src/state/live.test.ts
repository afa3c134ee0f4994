// SPDX-License-Identifier: BSD-2-Clause
// Several tabs, one stream.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SeatMap } from "../map/wire";
import { Live } from "./live";
import {
	FakeChannels,
	FakeLocks,
	FakeStream,
	givenTab,
	lastStream,
} from "./live_given";

const at = (n: number) => `1-${n}-0`;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

let reads = 0;
let map: SeatMap;
let locks: FakeLocks;
let channels: FakeChannels;

function open(change: { locks?: undefined } = {}) {
	const tab = Object.assign(givenTab(locks, channels), change);
	const statuses: string[] = [];
	const live = new Live(
		{
			performance: 3,
			seatCount: 4,
			feedUrl: "/feed",
			large: false,
			readSeats: async () => {
				reads++;
				return map;
			},
			onStates: () => undefined,
			onEvent: () => undefined,
			onStatus: (status) => void statuses.push(status),
		},
		tab,
	);
	return { live, tab, statuses };
}

async function openMany(n: number) {
	const tabs = [];
	for (let i = 0; i < n; i++) {
		tabs.push(open());
		await pass(0);
	}
	lastStream().opens();
	await pass(0);
	return tabs;
}

const texts = (tabs: { live: Live }[]) =>
	tabs.map(({ live }) => live.states.text());

beforeEach(() => {
	vi.useFakeTimers();
	FakeStream.all = [];
	reads = 0;
	map = { version: at(1), statuses: "AAAA" };
	locks = new FakeLocks();
	channels = new FakeChannels();
});
afterEach(() => {
	vi.useRealTimers();
});

describe("eight tabs", () => {
	it("have one stream and read the map once", async () => {
		const tabs = await openMany(8);
		await pass(60_000);
		expect(FakeStream.all.length).toBe(1);
		expect(reads).toBe(1);
		expect(new Set(texts(tabs))).toEqual(new Set(["AAAA"]));
	});

	it("all see what the stream says, and how it is", async () => {
		const tabs = await openMany(8);
		lastStream().says("seats", at(2), { H: [2], sections: { "9": 5 } });
		await pass(0);
		expect(new Set(texts(tabs))).toEqual(new Set(["AHAA"]));
		expect(tabs[7]!.live.states.left.get(9)).toBe(5);
		lastStream().isRefused();
		await pass(0);
		for (const { statuses } of tabs)
			expect(statuses).toEqual(["live", "asking"]);
	});

	it("who comes later has the map as it is by then", async () => {
		await openMany(2);
		lastStream().says("seats", at(2), { R: [1] });
		const late = open();
		await pass(0);
		expect(late.live.states.text()).toBe("RAAA");
		expect(late.statuses).toEqual(["live"]);
		expect(reads).toBe(1);
	});

	it("the leader's going makes another one follow from where it is", async () => {
		const tabs = await openMany(3);
		lastStream().says("seats", at(5), { H: [1] });
		await pass(0);
		tabs[0]!.live.close();
		await pass(0);
		expect(FakeStream.all.length).toBe(2);
		expect(FakeStream.all[0]!.readyState).toBe(2);
		expect(lastStream().url).toBe(`/feed?since=${at(5)}`);
		lastStream().says("seats", at(6), { H: [2] });
		await pass(0);
		expect(texts(tabs.slice(1))).toEqual(["HHAA", "HHAA"]);
	});

	it("a tab that is looked at leads where the leader sleeps", async () => {
		const tabs = await openMany(3);
		tabs[0]!.tab.sleeps();
		tabs[2]!.tab.comesUp();
		await pass(1_600);
		expect(FakeStream.all.length).toBe(2);
		expect(FakeStream.all[0]!.readyState).toBe(2);
		lastStream().says("seats", at(6), { H: [4] });
		await pass(0);
		expect(tabs[2]!.live.states.text()).toBe("AAAH");
	});

	it("a tab that is not looked at takes no lead", async () => {
		const tabs = await openMany(2);
		tabs[0]!.tab.sleeps();
		const hidden = open();
		hidden.tab.visible = false;
		await pass(10_000);
		expect(FakeStream.all.length).toBe(1);
	});

	it("a leader that answers keeps the lead", async () => {
		const tabs = await openMany(3);
		tabs[1]!.tab.comesUp();
		await pass(10_000);
		expect(FakeStream.all.length).toBe(1);
	});

	it("the lock is free when all have gone, whoever stole it", async () => {
		const tabs = await openMany(3);
		tabs[0]!.tab.sleeps();
		tabs[1]!.tab.comesUp();
		await pass(1_600);
		for (const { live } of tabs) live.close();
		await pass(0);
		open();
		await pass(0);
		expect(FakeStream.all.length).toBe(3);
	});
});

describe("a tab without locks", () => {
	it("leads itself", async () => {
		open({ locks: undefined });
		open({ locks: undefined });
		await pass(0);
		expect(FakeStream.all.length).toBe(2);
	});
});

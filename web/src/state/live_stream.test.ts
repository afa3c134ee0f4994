// SPDX-License-Identifier: BSD-2-Clause
// The rules of followSeats, one by one.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SeatStates } from "../map/states";
import type { SeatChanges, SeatMap } from "../map/wire";
import { FakeStream, lastStream } from "./live_given";
import {
	LiveStream,
	type LiveSource,
	type LiveStatus,
	type SeatsQuery,
} from "./live_stream";

const at = (n: number) => `1-${n}-0`;
const map = (n: number, statuses: string): SeatMap => ({
	version: at(n),
	statuses,
});

function given(source: Partial<LiveSource> = {}, version = "", random = 0.5) {
	const asked: SeatsQuery[] = [];
	const answers: (SeatMap | SeatChanges | Error)[] = [];
	const states = new SeatStates(4);
	const statuses: LiveStatus[] = [];
	const versions: (string | undefined)[] = [];
	const live = new LiveStream(
		{
			feedUrl: "/feed",
			large: false,
			readSeats: async (query) => {
				asked.push(query);
				const answer = answers.shift() ?? map(1, "AAAA");
				if (answer instanceof Error) throw answer;
				return answer;
			},
			...source,
		},
		{
			took: (said) => void states.set(said),
			changed: (event, its) => {
				states.apply(event);
				versions.push(its);
			},
			status: (status) => void statuses.push(status),
		},
		{
			openStream: (url) => new FakeStream(url) as unknown as EventSource,
			random: () => random,
		},
		version,
	);
	return { live, asked, answers, states, statuses, versions };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** On a stream that is open, with the map of version 1. */
async function onStream(source: Partial<LiveSource> = {}, random = 0.5) {
	const it = given(source, "", random);
	it.live.start();
	await pass(0);
	lastStream().opens();
	return { ...it, stream: lastStream() };
}

beforeEach(() => {
	vi.useFakeTimers();
	FakeStream.all = [];
});
afterEach(() => {
	vi.useRealTimers();
});

describe("to begin with", () => {
	it("the map is read, then followed from its version on", async () => {
		const { live, states } = given();
		live.start();
		expect(FakeStream.all.length).toBe(0);
		await pass(0);
		expect(states.text()).toBe("AAAA");
		expect(lastStream().url).toBe(`/feed?since=${at(1)}`);
	});

	it("a map that cannot be read is asked for again", async () => {
		const { live, answers, asked } = given();
		answers.push(new Error(), new Error());
		live.start();
		await pass(0);
		expect(asked.length).toBe(1);
		await pass(6_000);
		expect(asked.length).toBe(2);
		await pass(6_000);
		expect(asked.length).toBe(3);
		expect(FakeStream.all.length).toBe(1);
		await pass(60_000);
		expect(asked.length).toBe(3);
	});

	it("who has a map follows at once", () => {
		given({}, at(7)).live.start();
		expect(lastStream().url).toBe(`/feed?since=${at(7)}`);
	});
});

describe("an event of seats", () => {
	it("is applied, and its id is the version from then on", async () => {
		const { stream, states, versions } = await onStream();
		stream.says("seats", at(2), { H: [2] });
		expect(states.text()).toBe("AHAA");
		expect(versions).toEqual([at(2)]);
	});

	it("that is no newer than the map is dropped", async () => {
		const { stream, states } = await onStream();
		stream.says("seats", at(1), { H: [1] });
		stream.says("seats", at(3), { R: [2] });
		stream.says("seats", at(2), { H: [2] });
		expect(states.text()).toBe("ARAA");
	});

	it("while it is quiet nothing is asked for", async () => {
		const { asked, statuses } = await onStream();
		await pass(600_000);
		expect(asked.length).toBe(1);
		expect(statuses).toEqual(["live"]);
	});
});

describe("resync", () => {
	it("the map is read within the time, with the event's id", async () => {
		const { stream, asked, answers, states } = await onStream();
		answers.push(map(9, "RRRR"));
		stream.says("resync", at(9), { within_ms: 8_000 });
		await pass(3_999);
		expect(asked.length).toBe(1);
		await pass(1);
		expect(asked[1]).toEqual({ min_version: at(9) });
		expect(states.text()).toBe("RRRR");
	});

	it("the stream is kept, and what it says is seen and not lost", async () => {
		const { stream, answers, states, versions } = await onStream();
		answers.push(map(10, "AAAA"));
		stream.says("resync", at(9), { within_ms: 8_000 });
		stream.says("seats", at(10), { H: [1] });
		stream.says("seats", at(11), { H: [2] });
		expect(states.text()).toBe("HHAA");
		expect(versions).toEqual([undefined, undefined]);
		await pass(4_000);
		/* The map has what came up to 10, and seat 1 was free in it. */
		expect(states.text()).toBe("AHAA");
		expect(versions[2]).toBe(at(11));
		expect(FakeStream.all.length).toBe(1);
		expect(stream.readyState).toBe(1);
	});

	it("that fails is tried again", async () => {
		const { stream, asked, answers, states } = await onStream();
		answers.push(new Error(), map(9, "RAAA"));
		stream.says("resync", at(9), { within_ms: 0 });
		await pass(0);
		expect(states.text()).toBe("AAAA");
		await pass(6_000);
		expect(asked[2]).toEqual({ min_version: at(9) });
		expect(states.text()).toBe("RAAA");
	});

	it("another one takes its place", async () => {
		const { stream, asked, answers } = await onStream();
		answers.push(map(20, "AAAA"));
		stream.says("resync", at(9), { within_ms: 8_000 });
		stream.says("resync", at(20), { within_ms: 8_000 });
		await pass(60_000);
		expect(asked.slice(1)).toEqual([{ min_version: at(20) }]);
	});

	it("takes what it is answered, also where the numbers are lower", async () => {
		const { stream, answers, states, versions } = await onStream();
		stream.says("seats", "1-900-0", { H: [1] });
		answers.push(map(500, "RAAA"));
		stream.says("resync", at(500), { within_ms: 0 });
		await pass(0);
		expect(states.text()).toBe("RAAA");
		stream.says("seats", at(501), { H: [2] });
		expect(versions[versions.length - 1]).toBe(at(501));
	});
});

describe("pause", () => {
	it("the map is asked for until the next resync", async () => {
		const { stream, asked, answers, states, statuses } = await onStream();
		stream.says("pause", "");
		answers.push(map(5, "HAAA"), map(6, "HHAA"));
		await pass(6_000);
		expect(states.text()).toBe("HAAA");
		await pass(6_000);
		expect(states.text()).toBe("HHAA");
		expect(stream.readyState).toBe(1);
		answers.push(map(9, "HHHA"));
		stream.says("resync", at(9), { within_ms: 100 });
		await pass(60_000);
		expect(states.text()).toBe("HHHA");
		expect(asked.length).toBe(4);
		expect(statuses).toEqual(["live", "asking", "live"]);
	});
});

describe("end", () => {
	it("closes the stream, and nothing is asked for any more", async () => {
		const { stream, asked, statuses } = await onStream();
		stream.says("end", "");
		await pass(600_000);
		expect(stream.readyState).toBe(2);
		expect(asked.length).toBe(1);
		expect(FakeStream.all.length).toBe(1);
		expect(statuses).toEqual(["live", "over"]);
	});
});

describe("a stream that is refused", () => {
	it("the map is asked for every 2 to 10 s", async () => {
		for (const [random, wait] of [
			[0, 2_000],
			[0.999, 9_992],
		] as const) {
			const { stream, asked } = await onStream({}, random);
			stream.isRefused();
			await pass(wait - 1);
			expect(asked.length).toBe(1);
			await pass(1);
			expect(asked.length).toBe(2);
		}
	});

	it("is opened anew after 10 to 40 s, from where one is", async () => {
		for (const [random, wait] of [
			[0, 10_000],
			[0.999, 39_970],
		] as const) {
			const { stream, answers } = await onStream({}, random);
			const before = FakeStream.all.length;
			answers.push(map(44, "HHHH"));
			stream.isRefused();
			await pass(wait - 1);
			expect(FakeStream.all.length).toBe(before);
			await pass(1);
			expect(FakeStream.all.length).toBe(before + 1);
			expect(lastStream().url).toBe(`/feed?since=${at(44)}`);
		}
	});

	it("is asked no more once another is open", async () => {
		const { stream, asked } = await onStream();
		stream.isRefused();
		await pass(25_000);
		lastStream().opens();
		const before = asked.length;
		await pass(600_000);
		expect(asked.length).toBe(before);
	});

	it("of a large hall only changes are asked for", async () => {
		const { stream, asked, answers, states } = await onStream({ large: true });
		stream.isRefused();
		answers.push({
			version: at(4),
			changes: [{ seat_id: 3, status: "B" }],
		});
		await pass(6_000);
		expect(asked[1]).toEqual({ since: at(1) });
		expect(states.text()).toBe("AABA");
		await pass(6_000);
		expect(asked[2]).toEqual({ since: at(4) });
	});

	it("of a small one the whole map is", async () => {
		const { stream, asked } = await onStream();
		stream.isRefused();
		await pass(6_000);
		expect(asked[1]).toEqual({});
	});

	it("a map that is older than one's own is dropped", async () => {
		const { stream, answers, states } = await onStream();
		stream.says("seats", at(50), { R: [1] });
		stream.isRefused();
		answers.push(map(49, "AAAA"));
		await pass(6_000);
		expect(states.text()).toBe("RAAA");
	});
});

describe("a stream that breaks", () => {
	it("is left to the browser, and the map is asked for meanwhile", async () => {
		const { stream, asked, statuses } = await onStream();
		stream.breaks();
		await pass(60_000);
		expect(asked.length).toBeGreaterThan(5);
		expect(FakeStream.all.length).toBe(1);
		stream.opens();
		const before = asked.length;
		await pass(600_000);
		expect(asked.length).toBe(before);
		expect(statuses).toEqual(["live", "asking", "live"]);
	});
});

describe("without a feed", () => {
	it("the map is asked for again and again", async () => {
		const { live, asked, statuses } = given({ feedUrl: null });
		live.start();
		await pass(30_500);
		expect(asked.length).toBe(6);
		expect(FakeStream.all.length).toBe(0);
		expect(statuses).toEqual(["asking"]);
	});
});

describe("sections without seats", () => {
	it("are read after each whole map", async () => {
		const { stream, answers, states } = await onStream({
			readLeft: async () => new Map([[7, 340]]),
		});
		expect(states.left.get(7)).toBe(340);
		stream.says("seats", at(2), { sections: { "7": 300 } });
		expect(states.left.get(7)).toBe(300);
		answers.push(map(9, "AAAA"));
		stream.says("resync", at(9), { within_ms: 0 });
		await pass(0);
		expect(states.left.get(7)).toBe(340);
	});
});

describe("a closed one", () => {
	it("asks nothing and hears nothing", async () => {
		const { live, stream, asked, states } = await onStream();
		stream.isRefused();
		live.close();
		await pass(600_000);
		stream.says("seats", at(9), { H: [1] });
		expect(asked.length).toBe(1);
		expect(FakeStream.all.length).toBe(1);
		expect(states.text()).toBe("AAAA");
	});
});

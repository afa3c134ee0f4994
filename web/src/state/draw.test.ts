// SPDX-License-Identifier: BSD-2-Clause
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Draw } from "../api/calls";
import { checkDraw } from "./draw";

const sha256 = (...parts: (Buffer | string)[]) => {
	const hash = createHash("sha256");
	for (const part of parts) hash.update(part);
	return hash.digest();
};

/** A draw of so many ids, and its order by other hands. */
function given(n: number, beacon: string | null) {
	const ids = Array.from({ length: n }, (_, i) =>
		sha256(`id ${i}`).subarray(0, 16),
	).sort(Buffer.compare);
	const list = Buffer.concat(ids);
	const seed = sha256("seed");
	const key = (id: Buffer) =>
		sha256("boxoffice draw 1\0", seed, sha256(list), sha256(beacon ?? ""), id);
	const draw: Draw = {
		state: "drawn",
		opens_at: "2026-11-29T10:00:00.000Z",
		seed_sha256: sha256(seed).toString("hex"),
		beacon_source: beacon === null ? null : "lottery 1234",
		closed_at: "2026-11-29T10:00:01.000Z",
		count: n,
		ids: list.toString("hex"),
		list_sha256: sha256(list).toString("hex"),
		beacon,
		drawn_at: "2026-11-29T10:00:05.000Z",
		seed: seed.toString("hex"),
	};
	const order = ids
		.map((id) => ({ id: id.toString("hex"), key: key(id) }))
		.sort((a, b) => Buffer.compare(a.key, b.key))
		.map(({ id }) => id);
	return { draw, order };
}

describe("a draw", () => {
	it.each(["7 11 23 30 41 42", null])(
		"gives everybody the place that he finds, with the beacon %s",
		async (beacon) => {
			const { draw, order } = given(12, beacon);
			for (const [i, id] of order.entries())
				expect(await checkDraw(draw, id)).toEqual({ place: i + 1, count: 12 });
		},
	);
	it("of more than are looked at at once is counted whole", async () => {
		const { draw, order } = given(2_100, null);
		expect(await checkDraw(draw, order[2_050]!)).toEqual({ place: 2_051, count: 2_100 });
	});
	it("that is not what was promised is found out", async () => {
		const { draw, order } = given(5, "7");
		const id = order[3]!;
		const other = sha256("other").toString("hex");
		const check = (change: Partial<Draw>) => checkDraw({ ...draw, ...change }, id);
		expect(await check({ seed: other })).toBe("wrong-seed");
		expect(await check({ ids: order.join("") })).toBe("wrong-list");
		expect(await check({ list_sha256: other })).toBe("wrong-list");
		expect(await check({ beacon: null })).toBe("wrong-beacon");
		expect(await check({ seed: null })).toBe("not-yet");
		expect(await checkDraw(draw, other.slice(32))).toBe("not-there");
		expect(await check({ beacon: "8" })).not.toBe(await checkDraw(draw, id));
	});
});

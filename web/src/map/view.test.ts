// SPDX-License-Identifier: BSD-2-Clause
// Where things are seen.
import { describe, expect, it } from "vitest";
import {
	evenScale,
	fitted,
	limited,
	limitsOf,
	MARGIN,
	midway,
	panned,
	pinched,
	toHall,
	toScreen,
	zoomed,
} from "./view";

const box = { x0: -50, y0: 0, x1: 50, y1: 80 };
const size = { width: 400, height: 800 };
const view = { x: 3, y: 7, scale: 9 };

describe("a view", () => {
	it("shows all of the hall when fitted", () => {
		const all = fitted(box, size);
		expect(toScreen(all, size, { x: -50, y: 40 }).x).toBeCloseTo(MARGIN);
		expect(toScreen(all, size, { x: 50, y: 40 }).x).toBeCloseTo(400 - MARGIN);
	});

	it("has one place for each point and back", () => {
		const at = toHall(view, size, { x: 123, y: 456 });
		expect(toScreen(view, size, at).x).toBeCloseTo(123);
		expect(toScreen(view, size, at).y).toBeCloseTo(456);
	});

	it("moves with the finger", () => {
		const at = toHall(view, size, { x: 100, y: 100 });
		const moved = toScreen(panned(view, 30, -20), size, at);
		expect(moved.x).toBeCloseTo(130);
		expect(moved.y).toBeCloseTo(80);
	});

	it("keeps what is under the point that is zoomed about", () => {
		const point = { x: 40, y: 700 };
		const at = toHall(view, size, point);
		const near = zoomed(view, size, point, 30);
		expect(near.scale).toBe(30);
		expect(toScreen(near, size, at).x).toBeCloseTo(40);
		expect(toScreen(near, size, at).y).toBeCloseTo(700);
	});

	it("keeps under each of two fingers what was there", () => {
		const limits = limitsOf(box, 1, size);
		const before = [{ x: 100, y: 100 }, { x: 200, y: 100 }] as const;
		const after = [{ x: 80, y: 140 }, { x: 280, y: 140 }] as const;
		const next = pinched(view, size, before, after, limits);
		for (const k of [0, 1] as const) {
			const at = toHall(view, size, before[k]);
			expect(toScreen(next, size, at).x).toBeCloseTo(after[k].x);
			expect(toScreen(next, size, at).y).toBeCloseTo(after[k].y);
		}
	});

	it("does not lose the hall, however far it is moved", () => {
		const limits = limitsOf(box, 1, size);
		const far = limited(panned(view, 9999, -9999), limits, size);
		expect(toScreen(far, size, { x: -50, y: 0 }).x).toBeLessThan(200);
		expect(toScreen(far, size, { x: 0, y: 80 }).y).toBeGreaterThan(400);
	});

	it("stands in the middle when it is whole", () => {
		const limits = limitsOf(box, 1, size);
		const all = { x: 11, y: -70, scale: limits.least };
		expect(limited(all, limits, size)).toEqual({
			x: 0,
			y: 40,
			scale: limits.least,
		});
	});

	it("does not drift while it is zoomed about a point near an edge", () => {
		const limits = limitsOf(box, 1, size);
		const point = { x: 350, y: 500 };
		let now = fitted(box, size);
		const at = toHall(now, size, point);
		for (let scale = now.scale; scale < 40; scale *= 1.1)
			now = limited(zoomed(now, size, point, scale), limits, size);
		expect(toScreen(now, size, at).x).toBeCloseTo(350);
		expect(toScreen(now, size, at).y).toBeCloseTo(500);
	});

	it("is no smaller than the whole, and no larger than a seat may be", () => {
		const limits = limitsOf(box, 1, size);
		const out = limited({ ...view, scale: 0.01 }, limits, size);
		expect(out.scale).toBeCloseTo(3.6);
		const near = limited({ ...view, scale: 1e6 }, limits, size);
		expect(near.scale).toBe(64);
	});

	it("shows a tiny hall whole with seats of a sensible size", () => {
		const tiny = { x0: 0, y0: 0, x1: 3, y1: 1 };
		const limits = limitsOf(tiny, 1, size);
		expect(limits.least).toBe(44);
	});

	it("keeps a point where it is all the way of a zoom about it", () => {
		const point = { x: 300, y: 100 };
		const to = zoomed(view, size, point, 40);
		const at = toHall(view, size, point);
		for (const t of [0.2, 0.5, 0.9]) {
			const on = toScreen(midway(view, to, t), size, at);
			expect(on.x).toBeCloseTo(300);
			expect(on.y).toBeCloseTo(100);
		}
	});

	it("goes straight where the scale stays", () => {
		const to = { x: 13, y: 7, scale: 9 };
		expect(midway(view, to, 0.5)).toEqual({ x: 8, y: 7, scale: 9 });
	});

	it("puts seats on whole pixels, and no nearer", () => {
		expect(evenScale(14.7, 1, 1)).toBeCloseTo(14);
		expect(evenScale(14.7, 1, 2)).toBeCloseTo(14.5);
		expect(evenScale(2.7, 1, 1)).toBe(2.7);
	});
});

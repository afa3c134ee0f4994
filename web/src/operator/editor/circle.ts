// SPDX-License-Identifier: BSD-2-Clause
//
// circle - the arc on which seats lie at equal angles, as people would write it
//
// Places are rounded, so a circle through them is not quite the one they were
// made of, least of all a flat arc's. Round angles near to those are tried, the
// roundest first, each with the circle that suits it best: who asks sees which
// gives the very places.
//
// Layer: operator/editor.  Uses: document.
import { hundredths, type Arc, type Point } from "./document";

/** Fewer seats lie on many circles. */
const LEAST = 4;
/** Degrees that angles are multiples of, and so many of these further. */
const ANGLES = [5, 1, 0.5, 0.25, 0.1];
const OFF = [0, 1, -1, 2, -2];

/** Least squares for x² + y² = ax + by + c (Kåsa), about the middle of all. */
function fitted(points: readonly Point[]): (Point & { radius: number }) | undefined {
	const n = points.length;
	const mx = points.reduce((sum, { x }) => sum + x, 0) / n;
	const my = points.reduce((sum, { y }) => sum + y, 0) / n;
	let [xx, xy, yy, xz, yz] = [0, 0, 0, 0, 0];
	for (const point of points) {
		const [x, y] = [point.x - mx, point.y - my];
		const z = x * x + y * y;
		xx += x * x;
		xy += x * y;
		yy += y * y;
		xz += x * z;
		yz += y * z;
	}
	const det = xx * yy - xy * xy;
	if (Math.abs(det) < 1e-9) return undefined;
	const x = (xz * yy - yz * xy) / det / 2;
	const y = (yz * xx - xz * xy) / det / 2;
	const radius = Math.sqrt(x * x + y * y + (xx + yy) / n);
	return { x: x + mx, y: y + my, radius };
}

/** Degrees clockwise from straight down, going on from the one before. */
function angles(points: readonly Point[], { x, y }: Point): number[] {
	let before: number | undefined;
	return points.map((point) => {
		let turn = (Math.atan2(x - point.x, point.y - y) * 180) / Math.PI;
		while (before !== undefined && turn - before > 180) turn -= 360;
		while (before !== undefined && turn - before < -180) turn += 360;
		before = turn;
		return turn;
	});
}

/** The circle on which points at these angles lie best. */
function through(points: readonly Point[], turns: readonly number[]): (Point & { radius: number }) | undefined {
	const n = points.length;
	const mean = (of: (i: number) => number) => {
		let sum = 0;
		for (let i = 0; i < n; i++) sum += of(i);
		return sum / n;
	};
	const sin = turns.map((turn) => Math.sin((turn * Math.PI) / 180));
	const cos = turns.map((turn) => Math.cos((turn * Math.PI) / 180));
	const [ms, mc] = [mean((i) => sin[i]!), mean((i) => cos[i]!)];
	const [mx, my] = [mean((i) => points[i]!.x), mean((i) => points[i]!.y)];
	const spread = mean((i) => (sin[i]! - ms) ** 2 + (cos[i]! - mc) ** 2);
	if (spread < 1e-12) return undefined;
	const along = mean(
		(i) => (points[i]!.y - my) * (cos[i]! - mc) - (points[i]!.x - mx) * (sin[i]! - ms),
	);
	const radius = along / spread;
	return { radius: hundredths(radius), x: hundredths(mx + radius * ms), y: hundredths(my - radius * mc) };
}

/** points: in their order; parts: how far along the arc each is, 0 to 1. */
export function* circleOf(
	points: readonly Point[],
	parts: readonly number[],
): Generator<Point & Arc> {
	if (points.length < LEAST) return;
	const rough = fitted(points);
	if (rough === undefined || rough.radius > 1e4) return;
	const turns = angles(points, rough);
	const [first, last] = [turns[0]!, turns[turns.length - 1]!];
	for (const step of ANGLES)
		for (const off of OFF) {
			const from = hundredths((Math.round(first / step) + off) * step);
			const to = hundredths((Math.round(last / step) - off) * step);
			const circle = through(points, parts.map((part) => from + (to - from) * part));
			if (circle !== undefined && circle.radius > 0) yield { ...circle, from, to };
		}
}

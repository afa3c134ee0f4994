// SPDX-License-Identifier: BSD-2-Clause
//
// circle - the arc on which seats lie at equal angles, as people would write it
//
// Places are rounded, so a circle through them is not quite the one they were
// made of. The nearest round figures are offered, the roundest first: who asks
// sees which gives the very places.
//
// Layer: operator/editor.  Uses: document.
import type { Arc, Point } from "./document";

/** Fewer seats lie on many circles. */
const LEAST = 4;
const GRIDS = [1, 0.5, 0.1, 0.01];
const ANGLES = [1, 0.5, 0.25, 0.1, 0.01];

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

const onGrid = (value: number, grid: number): number =>
	Math.round(Math.round(value / grid) * grid * 100) / 100;

/** points: in their order, at equal angles or some left out. */
export function* circleOf(points: readonly Point[]): Generator<Point & Arc> {
	if (points.length < LEAST) return;
	const circle = fitted(points);
	if (circle === undefined || circle.radius > 1e4) return;
	for (const grid of GRIDS) {
		const middle = { x: onGrid(circle.x, grid), y: onGrid(circle.y, grid) };
		const far =
			points.reduce((sum, { x, y }) => sum + Math.hypot(x - middle.x, y - middle.y), 0) /
			points.length;
		const turns = angles(points, middle);
		const [from, to] = [turns[0]!, turns[turns.length - 1]!];
		for (const step of ANGLES)
			yield {
				...middle,
				radius: onGrid(far, 0.01),
				from: onGrid(from, step),
				to: onGrid(to, step),
			};
	}
}

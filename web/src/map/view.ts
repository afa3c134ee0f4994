// SPDX-License-Identifier: BSD-2-Clause
//
// view - which part of the hall is seen, and how large
//
// A view is the place of the hall in the middle of the screen and the scale,
// in CSS pixels a unit of the layout. A change of the screen's size keeps it.
// All functions give a new view.
//
// Layer: map.  Uses: hall.
import type { Box } from "./hall";

export interface View {
	x: number;
	y: number;
	scale: number;
}

export interface Size {
	width: number;
	height: number;
}

export interface Point {
	x: number;
	y: number;
}

export interface Limits {
	box: Box;
	least: number;
	most: number;
}

/** Around the hall, in CSS pixels. */
export const MARGIN = 20;
/** Seats grow until they are so far apart; in a hall seen whole, so far. */
const NEAREST = 64;
const NEAREST_WHOLE = 44;

export const isNowhere = (size: Size): boolean =>
	size.width < 1 || size.height < 1;

/** The whole of a box. */
export function fitted(box: Box, size: Size, margin = MARGIN): View {
	const width = Math.max(1, size.width - 2 * margin);
	const height = Math.max(1, size.height - 2 * margin);
	return {
		x: (box.x0 + box.x1) / 2,
		y: (box.y0 + box.y1) / 2,
		scale: Math.min(
			width / Math.max(box.x1 - box.x0, 1e-6),
			height / Math.max(box.y1 - box.y0, 1e-6),
		),
	};
}

/** A hall that is small is not shown larger than is of use. */
export function limitsOf(box: Box, pitch: number, size: Size): Limits {
	const whole = Math.min(fitted(box, size).scale, NEAREST_WHOLE / pitch);
	return { box, least: whole, most: NEAREST / pitch };
}

const between = (value: number, least: number, most: number): number =>
	Math.min(Math.max(value, least), most);

/** The nearer one is, the farther beyond an edge one may look: up to this part
 * of the screen. Were it not so, a zoom about a point would drift. */
const BEYOND = 0.35;

function heldOn(
	at: number,
	from: number,
	to: number,
	seen: number,
	beyond: number,
): number {
	const half = Math.max((to - from - seen) / 2, 0) + seen * beyond;
	const middle = (from + to) / 2;
	return between(at, middle - half, middle + half);
}

export function limited(view: View, limits: Limits, size: Size): View {
	const { least, most, box } = limits;
	const scale = between(view.scale, least, most);
	const beyond = BEYOND * between((scale / least - 1) * 2, 0, 1);
	const m = MARGIN / scale;
	const on = (at: number, from: number, to: number, seen: number) =>
		heldOn(at, from - m, to + m, seen / scale, beyond);
	return {
		x: on(view.x, box.x0, box.x1, size.width),
		y: on(view.y, box.y0, box.y1, size.height),
		scale,
	};
}

export function toHall(view: View, size: Size, at: Point): Point {
	return {
		x: view.x + (at.x - size.width / 2) / view.scale,
		y: view.y + (at.y - size.height / 2) / view.scale,
	};
}

export function toScreen(view: View, size: Size, at: Point): Point {
	return {
		x: (at.x - view.x) * view.scale + size.width / 2,
		y: (at.y - view.y) * view.scale + size.height / 2,
	};
}

/** By CSS pixels, as a finger moves. */
export function panned(view: View, dx: number, dy: number): View {
	return {
		x: view.x - dx / view.scale,
		y: view.y - dy / view.scale,
		scale: view.scale,
	};
}

/** What is under a point of the screen stays there. */
export function zoomed(
	view: View,
	size: Size,
	about: Point,
	scale: number,
): View {
	const place = toHall(view, size, about);
	return {
		x: place.x - (about.x - size.width / 2) / scale,
		y: place.y - (about.y - size.height / 2) / scale,
		scale,
	};
}

/** Two fingers: what was under each is under each. */
export function pinched(
	view: View,
	size: Size,
	before: readonly [Point, Point],
	after: readonly [Point, Point],
	limits: Limits,
): View {
	const spread = ([a, b]: readonly [Point, Point]) =>
		Math.max(Math.hypot(a.x - b.x, a.y - b.y), 1);
	const middle = ([a, b]: readonly [Point, Point]) => ({
		x: (a.x + b.x) / 2,
		y: (a.y + b.y) / 2,
	});
	const from = middle(before);
	const to = middle(after);
	const scale = between(
		(view.scale * spread(after)) / spread(before),
		limits.least,
		limits.most,
	);
	return panned(
		zoomed(view, size, from, scale),
		to.x - from.x,
		to.y - from.y,
	);
}

/** A part t, 0..1, of the way; a place that stays on its point does so. */
export function midway(from: View, to: View, t: number): View {
	const scale = from.scale * (to.scale / from.scale) ** t;
	const far = 1 / to.scale - 1 / from.scale;
	const part =
		Math.abs(far * from.scale) < 1e-3
			? t
			: (1 / scale - 1 / from.scale) / far;
	return {
		x: from.x + (to.x - from.x) * part,
		y: from.y + (to.y - from.y) * part,
		scale,
	};
}

/** A scale at which seats are a whole number of pixels apart, so that all look
 * alike; not larger. */
export function evenScale(scale: number, pitch: number, ratio: number): number {
	const pixels = scale * pitch * ratio;
	return pixels < 4 ? scale : (Math.floor(pixels + 1e-6) / pixels) * scale;
}

// SPDX-License-Identifier: BSD-2-Clause
//
// frame - a view in device pixels
//
// A seat stands on a whole pixel whatever the view, so that a picture that is
// moved by whole pixels is the very picture that would be drawn there.
//
// Layer: map.  Uses: view.
import type { Box } from "./hall";
import type { Size, View } from "./view";

export interface Frame {
	/** Device pixels a unit of the layout. */
	scale: number;
	/** Where the layout's origin is; whole. */
	x: number;
	y: number;
	width: number;
	height: number;
	/** Device pixels a CSS pixel. */
	ratio: number;
}

export interface Area {
	x: number;
	y: number;
	width: number;
	height: number;
}

export function frameOf(view: View, size: Size, ratio: number): Frame {
	const scale = view.scale * ratio;
	const width = Math.round(size.width * ratio);
	const height = Math.round(size.height * ratio);
	return {
		scale,
		x: Math.round(width / 2 - view.x * scale),
		y: Math.round(height / 2 - view.y * scale),
		width,
		height,
		ratio,
	};
}

export const wholeOf = (frame: Frame): Area => ({
	x: 0,
	y: 0,
	width: frame.width,
	height: frame.height,
});

/** The part of the hall that is seen in an area. */
export function hallBox(frame: Frame, area: Area): Box {
	return {
		x0: (area.x - frame.x) / frame.scale,
		y0: (area.y - frame.y) / frame.scale,
		x1: (area.x + area.width - frame.x) / frame.scale,
		y1: (area.y + area.height - frame.y) / frame.scale,
	};
}

/** What comes into sight when a picture is moved by whole pixels; undefined:
 * there is no such move, or nothing would stay. */
export function uncovered(from: Frame, to: Frame): Area[] | undefined {
	const dx = to.x - from.x;
	const dy = to.y - from.y;
	const { width, height } = to;
	if (
		from.scale !== to.scale ||
		from.width !== width ||
		from.height !== height ||
		Math.abs(dx) >= width ||
		Math.abs(dy) >= height
	)
		return undefined;
	const areas: Area[] = [];
	if (dx !== 0)
		areas.push({
			x: dx > 0 ? 0 : width + dx,
			y: 0,
			width: Math.abs(dx),
			height,
		});
	if (dy !== 0)
		areas.push({
			x: dx > 0 ? dx : 0,
			y: dy > 0 ? 0 : height + dy,
			width: width - Math.abs(dx),
			height: Math.abs(dy),
		});
	return areas;
}

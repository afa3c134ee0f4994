// SPDX-License-Identifier: BSD-2-Clause
//
// over - what is drawn over a hall: what is chosen, handles, a rectangle that
// is being drawn, who is beside whom
//
// Layer: operator/editor.  Uses: bounds, place, paint, map.
import type { Frame } from "../../map/frame";
import type { Box } from "../../map/hall";
import { boxOf, thingsOf } from "./bounds";
import type { Ids } from "./change";
import type { Hall, Point } from "./document";
import { isFar, placeIn, type Sight } from "./paint";
import { focusOf, placedOf, segmentsOf, type Seat } from "./place";
import { refOf, type SeatRef } from "./split";

export interface Over {
	things: Ids;
	seats: ReadonlySet<SeatRef>;
	/** How far what is chosen has been dragged, in the hall's units. */
	by: Point;
	/** A rectangle that is being drawn, and what it will be. */
	rectangle: Box | undefined;
	saying: string;
	segments: boolean;
	/** The seat that keys are at. */
	cursor: SeatRef | undefined;
}

/** In CSS pixels. */
const HANDLE = 12;

/** Things of which the size can be dragged: one that has one. */
export function handleOf(hall: Hall, things: Ids): (Point & { id: string }) | undefined {
	if (things.size !== 1) return undefined;
	const thing = thingsOf(hall).find(({ id }) => things.has(id));
	if (thing === undefined || thing.id.startsWith("k") || thing.block?.arc !== undefined) return undefined;
	if (thing.block === undefined) return { id: thing.id, x: thing.box.x1, y: thing.box.y1 };
	const { dx, dy } = thing.block;
	return {
		id: thing.id,
		x: dx < 0 ? thing.box.x0 : thing.box.x1,
		y: dy < 0 ? thing.box.y0 : thing.box.y1,
	};
}

const atPixel = (frame: Frame, { x, y }: Point): Point => ({
	x: x * frame.scale + frame.x,
	y: y * frame.scale + frame.y,
});

export const handleAt = (frame: Frame, hall: Hall, things: Ids, pixel: Point, pitch: number): boolean => {
	const handle = handleOf(hall, things);
	if (handle === undefined) return false;
	const at = handlePixel(frame, handle, hall, things, pitch);
	return Math.hypot(at.x - pixel.x, at.y - pixel.y) < HANDLE * frame.ratio;
};

/** Beside the last seat, not on it. */
function handlePixel(frame: Frame, handle: Point, hall: Hall, things: Ids, pitch: number): Point {
	const at = atPixel(frame, handle);
	const box = boxOf(hall, things)!;
	const out = (pitch * frame.scale) / 2 + 6 * frame.ratio;
	return {
		x: at.x + (handle.x === box.x0 && box.x0 !== box.x1 ? -out : out),
		y: at.y + (handle.y === box.y0 && box.y0 !== box.y1 ? -out : out),
	};
}

function outline(ctx: CanvasRenderingContext2D, frame: Frame, box: Box, by: Point, more: number): void {
	const from = atPixel(frame, { x: box.x0 + by.x, y: box.y0 + by.y });
	ctx.strokeRect(
		Math.round(from.x - more) + 0.5,
		Math.round(from.y - more) + 0.5,
		Math.round((box.x1 - box.x0) * frame.scale + 2 * more),
		Math.round((box.y1 - box.y0) * frame.scale + 2 * more),
	);
}

/** Of more things only the whole is outlined. */
const OUTLINES_MAX = 300;

function paintChosen(ctx: CanvasRenderingContext2D, frame: Frame, sight: Sight, over: Over): void {
	const all = boxOf(sight.hall, over.things);
	if (all === undefined) return;
	const more = sight.pitch * frame.scale * 0.55;
	ctx.strokeStyle = sight.theme.focus;
	ctx.lineWidth = 1.5 * frame.ratio;
	if (over.things.size <= OUTLINES_MAX)
		for (const thing of thingsOf(sight.hall))
			if (over.things.has(thing.id)) outline(ctx, frame, thing.box, over.by, more);
	if (over.things.size > 1) {
		ctx.setLineDash([5 * frame.ratio, 4 * frame.ratio]);
		outline(ctx, frame, all, over.by, more + 5 * frame.ratio);
		ctx.setLineDash([]);
	}
	const handle = handleOf(sight.hall, over.things);
	if (handle === undefined || over.by.x !== 0 || over.by.y !== 0) return;
	const at = handlePixel(frame, handle, sight.hall, over.things, sight.pitch);
	const half = (HANDLE / 2) * frame.ratio;
	ctx.fillStyle = sight.theme.card;
	ctx.fillRect(at.x - half, at.y - half, 2 * half, 2 * half);
	ctx.strokeRect(at.x - half, at.y - half, 2 * half, 2 * half);
}

let rung: { of: unknown[]; seats: Seat[] } = { of: [], seats: [] };

/** Seats that have rings; looked for anew when a hall or a choice is another. */
function ringed({ hall }: Sight, { seats, cursor }: Over): Seat[] {
	const of = [hall, seats, cursor];
	if (!of.every((one, i) => one === rung.of[i])) {
		const is = (seat: Seat) => {
			const ref = refOf(seat);
			return seats.has(ref) || ref === cursor;
		};
		rung = { of, seats: hall.sections.flatMap((section) => placedOf(section).seats.filter(is)) };
	}
	return rung.seats;
}

function paintSeatRings(ctx: CanvasRenderingContext2D, frame: Frame, sight: Sight, over: Over): void {
	if (over.seats.size === 0 && over.cursor === undefined) return;
	const half = Math.max(3, sight.pitch * frame.scale * 0.5);
	ctx.lineWidth = 2 * frame.ratio;
	const ring = ({ x, y }: Point, size: number, colour: string) => {
		ctx.strokeStyle = colour;
		ctx.strokeRect(x - size, y - size, 2 * size, 2 * size);
	};
	for (const seat of ringed(sight, over)) {
		const at = atPixel(frame, seat);
		if (at.x < -half || at.y < -half || at.x > frame.width + half || at.y > frame.height + half) continue;
		const ref = refOf(seat);
		if (over.seats.has(ref)) ring(at, half, sight.theme.ink);
		if (ref === over.cursor) ring(at, half + 3 * frame.ratio, sight.theme.focus);
	}
}

/** A line along each segment; a ring where a seat is alone. */
function paintSegments(ctx: CanvasRenderingContext2D, frame: Frame, sight: Sight): void {
	ctx.save();
	placeIn(ctx, frame);
	ctx.lineWidth = sight.pitch * 0.12;
	ctx.strokeStyle = sight.theme.ink;
	ctx.lineCap = "round";
	ctx.beginPath();
	for (const section of sight.hall.sections)
		for (const segment of segmentsOf(section)) {
			const [first] = segment;
			ctx.moveTo(first!.x, first!.y);
			for (const seat of segment.slice(1)) ctx.lineTo(seat.x, seat.y);
			if (segment.length > 1) continue;
			ctx.moveTo(first!.x + sight.pitch * 0.3, first!.y);
			ctx.arc(first!.x, first!.y, sight.pitch * 0.3, 0, 2 * Math.PI);
		}
	ctx.stroke();
	ctx.restore();
}

function paintFocus(ctx: CanvasRenderingContext2D, frame: Frame, sight: Sight): void {
	ctx.strokeStyle = sight.theme.lost;
	ctx.lineWidth = 2 * frame.ratio;
	const size = 6 * frame.ratio;
	for (const section of sight.hall.sections) {
		const focus = focusOf(section);
		if (focus === undefined) continue;
		const at = atPixel(frame, focus);
		ctx.setLineDash(section.focus === undefined ? [2 * frame.ratio, 2 * frame.ratio] : []);
		ctx.beginPath();
		ctx.moveTo(at.x - size, at.y);
		ctx.lineTo(at.x + size, at.y);
		ctx.moveTo(at.x, at.y - size);
		ctx.lineTo(at.x, at.y + size);
		ctx.stroke();
	}
	ctx.setLineDash([]);
}

function paintRectangle(ctx: CanvasRenderingContext2D, frame: Frame, sight: Sight, over: Over): void {
	if (over.rectangle === undefined) return;
	ctx.strokeStyle = sight.theme.focus;
	ctx.lineWidth = 1.5 * frame.ratio;
	ctx.setLineDash([4 * frame.ratio, 3 * frame.ratio]);
	outline(ctx, frame, over.rectangle, { x: 0, y: 0 }, 0);
	ctx.setLineDash([]);
	if (over.saying === "") return;
	const at = atPixel(frame, { x: over.rectangle.x1, y: over.rectangle.y1 });
	const size = 13 * frame.ratio;
	ctx.font = `700 ${size}px ${sight.theme.font}`;
	const wide = ctx.measureText(over.saying).width + size;
	ctx.fillStyle = sight.theme.focus;
	ctx.beginPath();
	ctx.roundRect(at.x - wide, at.y + 6, wide, size * 1.7, 5);
	ctx.fill();
	ctx.fillStyle = sight.theme.card;
	ctx.textAlign = "center";
	ctx.textBaseline = "middle";
	ctx.fillText(over.saying, at.x - wide / 2, at.y + 6 + size * 0.87);
}

export function paintOver(
	ctx: CanvasRenderingContext2D,
	frame: Frame,
	sight: Sight,
	over: Over,
	withFocus: boolean,
): void {
	if (over.segments && !isFar(frame, sight.pitch)) paintSegments(ctx, frame, sight);
	if (withFocus) paintFocus(ctx, frame, sight);
	paintChosen(ctx, frame, sight, over);
	paintSeatRings(ctx, frame, sight, over);
	paintRectangle(ctx, frame, sight, over);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// overlay - what lies over the picture and is drawn with each frame
//
// Names of rows, at their ends or, where those are out of sight, at the edge of
// the screen; what a click would take; seats that blink.
//
// Layer: map.  Uses: scene, frame.
import { hallBox, wholeOf, type Frame } from "./frame";
import { meets, type Row } from "./hall";
import type { Scene } from "./scene";

/** In CSS pixels. */
const ROWS_FROM = 11;
const EDGE = 15;
const BLINK_MS = 350;
const BLINKS = 4;

export interface Over {
	/** What a click would take. */
	aimed: readonly number[];
	/** Seats that were lost, and when that was told. */
	lost: ReadonlyMap<number, number>;
	/** Whether things may move. */
	still: boolean;
}

export const LOST_MS = BLINK_MS * 2 * BLINKS;

function pill(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	text: string,
	x: number,
	y: number,
): void {
	const { ratio } = frame;
	const height = Math.min(18 * ratio, scene.hall.pitch * frame.scale);
	const width = Math.max(height, ctx.measureText(text).width + 9 * ratio);
	ctx.beginPath();
	ctx.roundRect(x - width / 2, y - height / 2, width, height, height / 2);
	ctx.fillStyle = scene.theme.card;
	ctx.fill();
	ctx.strokeStyle = scene.theme.edge;
	ctx.lineWidth = ratio;
	ctx.stroke();
	ctx.fillStyle = scene.theme.ink;
	ctx.fillText(text, x, y + ratio * 0.5);
}

/** From one seat of a row to another, in device pixels. */
function stepOf(
	scene: Scene,
	frame: Frame,
	from: number,
	to: number,
): [number, number] {
	const { hall } = scene;
	const dx = hall.x[to]! - hall.x[from]!;
	const dy = hall.y[to]! - hall.y[from]!;
	const length = Math.hypot(dx, dy) || 1;
	const pitch = hall.pitch * frame.scale;
	return [(dx / length) * pitch, (dy / length) * pitch];
}

/** How many steps before its first seat a row's name is clear of the ground. */
function besideSeat(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	name: string,
	dx: number,
	dy: number,
): number {
	const pitch = scene.hall.pitch * frame.scale;
	const wide = ctx.measureText(name).width * Math.abs(dx);
	const high = 10 * frame.ratio * Math.abs(dy);
	return 0.72 + (3 * frame.ratio + (wide + high) / pitch / 2) / pitch;
}

function paintRow(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	row: Row,
): void {
	const { hall, theme } = scene;
	const { seats } = row;
	const { width, height, ratio } = frame;
	const x = (seat: number) => Math.round(hall.x[seat]! * frame.scale) + frame.x;
	const y = (seat: number) => Math.round(hall.y[seat]! * frame.scale) + frame.y;
	const inside = (seat: number) =>
		x(seat) > 0 && x(seat) < width && y(seat) > 0 && y(seat) < height;
	const first = seats.findIndex(inside);
	if (first < 0) return;
	const seat = seats[first]!;
	const next = seats[first + 1] ?? seats[first - 1] ?? seat;
	let [dx, dy] = stepOf(scene, frame, seat, next);
	if (next === seats[first - 1]) [dx, dy] = [-dx, -dy];
	if (next === seat) [dx, dy] = [hall.pitch * frame.scale, 0];
	if (first === 0) {
		const far = besideSeat(ctx, scene, frame, row.name, dx, dy);
		ctx.fillStyle = theme.inkSoft;
		ctx.fillText(row.name, x(seat) - dx * far, y(seat) - dy * far);
		return;
	}
	/* It goes on beyond an edge: which, the direction of the row tells. */
	const edge = EDGE * ratio;
	if (Math.abs(dx) >= Math.abs(dy)) {
		const at = dx > 0 ? edge : width - edge;
		const slope = dx === 0 ? 0 : dy / dx;
		const to = y(seat) + (at - x(seat)) * slope;
		pill(ctx, scene, frame, row.name, at, to);
	} else {
		const at = dy > 0 ? edge : height - edge;
		const to = x(seat) + ((at - y(seat)) * dx) / dy;
		pill(ctx, scene, frame, row.name, to, at);
	}
}

function paintRows(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
): void {
	const { hall, theme } = scene;
	const pitch = (hall.pitch * frame.scale) / frame.ratio;
	if (pitch < ROWS_FROM) return;
	const box = hallBox(frame, wholeOf(frame));
	const size = Math.min(Math.max(pitch * 0.42, 10), 13) * frame.ratio;
	ctx.textAlign = "center";
	ctx.textBaseline = "middle";
	ctx.font = `600 ${size}px ${theme.font}`;
	for (const row of hall.rows) {
		if (row.name === "" || !meets(box, row.box)) continue;
		if (hall.sections[row.section]!.picked) paintRow(ctx, scene, frame, row);
	}
}

function ring(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	seat: number,
	colour: string,
	grow: number,
): void {
	const { hall } = scene;
	const half = hall.pitch * frame.scale * grow;
	ctx.save();
	ctx.translate(
		Math.round(hall.x[seat]! * frame.scale) + frame.x + 0.5,
		Math.round(hall.y[seat]! * frame.scale) + frame.y + 0.5,
	);
	ctx.rotate(hall.angle[seat]!);
	ctx.beginPath();
	ctx.roundRect(-half, -half, 2 * half, 2 * half, half * 0.4);
	ctx.strokeStyle = colour;
	ctx.lineWidth = 2.5 * frame.ratio;
	ctx.stroke();
	ctx.restore();
}

export function paintOver(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	over: Over,
	now: number,
): void {
	paintRows(ctx, scene, frame);
	for (const seat of over.aimed)
		ring(ctx, scene, frame, seat, scene.theme.focus, 0.5);
	for (const [seat, since] of over.lost) {
		const phase = (now - since) / BLINK_MS;
		if (over.still || Math.floor(phase) % 2 === 0)
			ring(ctx, scene, frame, seat, scene.theme.lost, 0.56);
	}
}

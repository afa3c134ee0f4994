// SPDX-License-Identifier: BSD-2-Clause
//
// paint - a hall as its editor shows it
//
// From far rows are lines, which cost little however many seats they have;
// from near each seat that is in sight is drawn, then numbered. What is chosen
// is drawn over it (over.ts).
//
// Layer: operator/editor.  Uses: bounds, place, state, map.
import { hallBox, wholeOf, type Area, type Frame } from "../../map/frame";
import { meets, type Box } from "../../map/hall";
import { mixed, N_LOOKS, type Theme } from "../../map/theme";
import { boxOfArea, boxOfBlock } from "./bounds";
import { STANDARD, type Block, type Decoration, type Hall, type Section } from "./document";
import { distance, placedOf, seatsOf, type Seat } from "./place";
import type { Trace } from "./state";

/** Seats nearer to each other, in CSS pixels, are drawn as lines. */
const SEATS_FROM = 5;
const NUMBERS_FROM = 17;
/** Of the room that a seat has. */
const SEAT = 0.78;

export interface Sight {
	hall: Hall;
	/** Usual distance of seats. */
	pitch: number;
	theme: Theme;
	language: "ko" | "en";
	trace: Trace | undefined;
	/** Things that are not drawn: they are being moved. */
	moving: ReadonlySet<string>;
}

const lines = new WeakMap<Block, Path2D>();

/** The rows of a block, in the hall's units. */
function linesOf(block: Block): Path2D {
	const known = lines.get(block);
	if (known !== undefined) return known;
	const path = new Path2D();
	let before: Seat | undefined;
	for (const seat of seatsOf(block)) {
		if (before === undefined || before.rowNo !== seat.rowNo || seat.cut) {
			path.moveTo(seat.x, seat.y);
			/* A seat alone is seen too. */
			path.lineTo(seat.x + 1e-3, seat.y);
		} else path.lineTo(seat.x, seat.y);
		before = seat;
	}
	lines.set(block, path);
	return path;
}

export const isFar = (frame: Frame, pitch: number): boolean =>
	(frame.scale / frame.ratio) * pitch < SEATS_FROM;

function colourOf(sight: Sight, priceClass: string): string {
	const index = sight.hall.classes.findIndex(({ key }) => key === priceClass);
	return index < 0 ? sight.theme.lost : sight.theme.classes[index % N_LOOKS]!;
}

export function placeIn(ctx: CanvasRenderingContext2D, frame: Frame): void {
	ctx.setTransform(frame.scale, 0, 0, frame.scale, frame.x, frame.y);
}

const onScreen = (frame: Frame, { x0, y0, x1, y1 }: Box): Area => ({
	x: Math.round(x0 * frame.scale) + frame.x,
	y: Math.round(y0 * frame.scale) + frame.y,
	width: Math.round((x1 - x0) * frame.scale),
	height: Math.round((y1 - y0) * frame.scale),
});

function write(
	ctx: CanvasRenderingContext2D,
	frame: Frame,
	sight: Sight,
	text: string,
	{ x, y, width, height }: Area,
	colour: string,
): void {
	const size = Math.min(15 * frame.ratio, height * 0.6, (width * 1.6) / Math.max(text.length, 1));
	if (text === "" || size < 8 * frame.ratio) return;
	ctx.font = `600 ${Math.round(size)}px ${sight.theme.font}`;
	ctx.fillStyle = colour;
	ctx.textAlign = "center";
	ctx.textBaseline = "middle";
	ctx.fillText(text, x + width / 2, y + height / 2);
}

function paintDecoration(
	ctx: CanvasRenderingContext2D,
	frame: Frame,
	sight: Sight,
	one: Decoration,
): void {
	const { theme, language } = sight;
	const area = onScreen(frame, boxOfArea(one));
	const filled = one.kind === "stage";
	ctx.beginPath();
	ctx.roundRect(area.x, area.y, area.width, area.height, 4 * frame.ratio);
	if (filled) {
		ctx.fillStyle = theme.stage;
		ctx.fill();
	} else if (one.kind === "exit") {
		ctx.strokeStyle = theme.inkSoft;
		ctx.lineWidth = 1.5 * frame.ratio;
		ctx.stroke();
	}
	write(ctx, frame, sight, one.label[language], area, filled ? theme.onStage : theme.inkSoft);
}

function paintAdmission(
	ctx: CanvasRenderingContext2D,
	frame: Frame,
	sight: Sight,
	section: Section,
): void {
	const { theme, language } = sight;
	const area = onScreen(frame, boxOfArea(section.area));
	const colour = colourOf(sight, section.priceClass);
	ctx.beginPath();
	ctx.roundRect(area.x, area.y, area.width, area.height, 8 * frame.ratio);
	ctx.fillStyle = mixed(theme.panel, colour, 0.3);
	ctx.fill();
	ctx.strokeStyle = colour;
	ctx.lineWidth = 2 * frame.ratio;
	ctx.setLineDash(section.kind === "counter" ? [6 * frame.ratio, 4 * frame.ratio] : []);
	ctx.stroke();
	ctx.setLineDash([]);
	const count = section.capacity.toLocaleString(language);
	write(ctx, frame, sight, `${section.name[language]} · ${count}`, area, theme.ink);
}

/** Drawn by itself while it is moved, too. */
export function paintBlock(
	ctx: CanvasRenderingContext2D,
	frame: Frame,
	sight: Sight,
	block: Block,
	box: Box,
): void {
	if (!meets(box, boxOfBlock(block), sight.pitch)) return;
	const colour = colourOf(sight, block.priceClass);
	if (isFar(frame, sight.pitch)) {
		ctx.save();
		placeIn(ctx, frame);
		ctx.strokeStyle = colour;
		ctx.lineWidth = sight.pitch * 0.62;
		ctx.lineCap = "square";
		ctx.stroke(linesOf(block));
		ctx.restore();
	} else paintSeats(ctx, frame, sight, seatsOf(block), box, roomOf(block, sight.pitch));
}

/** What a seat of a block has of room, where that is less than usual. */
function roomOf(block: Block, usual: number): number {
	const [first, second] = seatsOf(block);
	const beside = first !== undefined && second?.rowNo === 0 ? distance(first, second) : usual;
	return Math.min(usual, beside || usual, Math.abs(block.dy) || usual);
}

export function paintSeats(
	ctx: CanvasRenderingContext2D,
	frame: Frame,
	sight: Sight,
	seats: readonly Seat[],
	box: Box,
	room = sight.pitch,
): void {
	const { pitch, theme } = sight;
	const size = Math.max(2, Math.round(room * frame.scale * SEAT));
	const half = size >> 1;
	const numbers = (frame.scale / frame.ratio) * pitch >= NUMBERS_FROM;
	const round = size >= 8 * frame.ratio;
	let colour = "";
	let priceClass: string | undefined;
	if (numbers) {
		ctx.textAlign = "center";
		ctx.textBaseline = "middle";
		ctx.font = `600 ${Math.round(size * 0.46)}px ${theme.font}`;
	}
	for (const seat of seats) {
		if (seat.x < box.x0 - pitch || seat.x > box.x1 + pitch) continue;
		if (seat.y < box.y0 - pitch || seat.y > box.y1 + pitch) continue;
		if (seat.priceClass !== priceClass) {
			priceClass = seat.priceClass;
			colour = colourOf(sight, priceClass);
		}
		const x = Math.round(seat.x * frame.scale) + frame.x - half;
		const y = Math.round(seat.y * frame.scale) + frame.y - half;
		ctx.fillStyle = colour;
		if (round && seat.type !== STANDARD) {
			ctx.beginPath();
			ctx.arc(x + half, y + half, half, 0, 2 * Math.PI);
			ctx.fill();
		} else ctx.fillRect(x, y, size, size);
		if (!numbers) continue;
		ctx.fillStyle = theme.onClass;
		ctx.fillText(String(seat.number), x + half, y + half + 1);
	}
}

/** The label of each row before its first seat. */
function paintLabels(ctx: CanvasRenderingContext2D, frame: Frame, sight: Sight, block: Block): void {
	const size = Math.round(Math.min(13 * frame.ratio, sight.pitch * frame.scale * 0.7));
	if (size < 8 * frame.ratio) return;
	ctx.font = `700 ${size}px ${sight.theme.font}`;
	ctx.fillStyle = sight.theme.inkSoft;
	ctx.textAlign = "center";
	ctx.textBaseline = "middle";
	const seats = seatsOf(block);
	let row = -1;
	seats.forEach((seat, i) => {
		if (seat.rowNo === row) return;
		row = seat.rowNo;
		const next = seats[i + 1];
		const back = next?.rowNo === row ? { x: seat.x - next.x, y: seat.y - next.y } : { x: -1, y: 0 };
		const far = Math.hypot(back.x, back.y) || 1;
		const by = (sight.pitch * 0.95) / far;
		ctx.fillText(
			seat.row,
			(seat.x + back.x * by) * frame.scale + frame.x,
			(seat.y + back.y * by) * frame.scale + frame.y,
		);
	});
}

function paintName(ctx: CanvasRenderingContext2D, frame: Frame, sight: Sight, section: Section): void {
	const { seats } = placedOf(section);
	const middle = seats[seats.length >> 1];
	const text = section.name[sight.language];
	if (middle === undefined || text === "") return;
	const size = Math.round(13 * frame.ratio);
	ctx.font = `700 ${size}px ${sight.theme.font}`;
	const wide = ctx.measureText(text).width + 12 * frame.ratio;
	const x = middle.x * frame.scale + frame.x;
	const y = middle.y * frame.scale + frame.y;
	ctx.fillStyle = sight.theme.card;
	ctx.beginPath();
	ctx.roundRect(x - wide / 2, y - size, wide, size * 2, 6 * frame.ratio);
	ctx.fill();
	ctx.fillStyle = sight.theme.ink;
	ctx.textAlign = "center";
	ctx.textBaseline = "middle";
	ctx.fillText(text, x, y + 1);
}

export function paintHall(
	ctx: CanvasRenderingContext2D,
	frame: Frame,
	sight: Sight,
	area: Area = wholeOf(frame),
): void {
	const { hall, theme, trace, moving } = sight;
	const box = hallBox(frame, area);
	ctx.save();
	ctx.beginPath();
	ctx.rect(area.x, area.y, area.width, area.height);
	ctx.clip();
	ctx.fillStyle = theme.back;
	ctx.fillRect(area.x, area.y, area.width, area.height);
	if (trace !== undefined) {
		const to = onScreen(frame, boxOfArea(trace));
		ctx.globalAlpha = trace.opacity;
		ctx.drawImage(trace.image, to.x, to.y, to.width, to.height);
		ctx.globalAlpha = 1;
	}
	for (const one of hall.decorations)
		if (!moving.has(one.id)) paintDecoration(ctx, frame, sight, one);
	const far = isFar(frame, sight.pitch);
	for (const section of hall.sections) {
		if (section.kind !== "assigned") {
			if (!moving.has(section.id)) paintAdmission(ctx, frame, sight, section);
			continue;
		}
		for (const block of section.blocks) {
			if (moving.has(block.id)) continue;
			paintBlock(ctx, frame, sight, block, box);
			if (!far && meets(box, boxOfBlock(block), 2 * sight.pitch)) paintLabels(ctx, frame, sight, block);
		}
		if (section.seats.length > 0) {
			const singles = placedOf(section).seats.slice(-section.seats.length);
			paintSeats(ctx, frame, sight, moving.size === 0 ? singles : singles.filter(({ item }) => !moving.has(item)), box);
		}
	}
	if (far && moving.size === 0)
		for (const section of hall.sections) if (section.kind === "assigned") paintName(ctx, frame, sight, section);
	ctx.restore();
}

/** Only what is being moved, where it is now. */
export function paintMoving(ctx: CanvasRenderingContext2D, frame: Frame, sight: Sight): void {
	const box = hallBox(frame, wholeOf(frame));
	for (const one of sight.hall.decorations)
		if (sight.moving.has(one.id)) paintDecoration(ctx, frame, sight, one);
	for (const section of sight.hall.sections) {
		if (section.kind !== "assigned" && sight.moving.has(section.id)) paintAdmission(ctx, frame, sight, section);
		for (const block of section.blocks) if (sight.moving.has(block.id)) paintBlock(ctx, frame, sight, block, box);
		const singles = section.seats.some(({ id }) => sight.moving.has(id));
		if (singles)
			paintSeats(ctx, frame, sight, placedOf(section).seats.filter(({ item }) => item.startsWith("k") && sight.moving.has(item)), box);
	}
}

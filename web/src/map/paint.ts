// SPDX-License-Identifier: BSD-2-Clause
//
// paint - a scene, or a part of it, as a frame shows it
//
// From below: what is no seat, the ground of the sections, then by level their
// rows and names, or seats. Seats outside of the area are not looked at.
//
// Layer: map.  Uses: scene, frame, level, sprites, decoration.
import { paintDecorations } from "./decoration";
import { hallBox, wholeOf, type Area, type Frame } from "./frame";
import { eachIn } from "./grid";
import { meets, type Box } from "./hall";
import { Names } from "./names";
import { levelAt, type Level } from "./level";
import type { Sign } from "./look";
import type { Line, Shape } from "./outline";
import { leftOf, type Label, type Scene } from "./scene";
import { Sprites, type Kind } from "./sprites";
import { mixed, N_LOOKS } from "./theme";

/** Of the room that a seat has. */
const SEAT = 0.8;
/** Seats so wide, in CSS pixels, have the letter of their class; their number
 * instead; both. */
const MARK_FROM = 9;
const NUMBER_FROM = 15;
const BOTH_FROM = 25;

const H = 72;
const P = 80;
const C = 67;
const B = 66;

/** What is filled and drawn around, and what is a line only. */
interface Paths {
	rings: Path2D;
	lines: Path2D;
}

function trace(path: Path2D, line: Line): void {
	path.moveTo(line[0]!, line[1]!);
	/* A seat alone is drawn too. */
	if (line.length === 2) path.lineTo(line[0]! + 1e-3, line[1]!);
	for (let i = 2; i < line.length; i += 2)
		path.lineTo(line[i]!, line[i + 1]!);
}

export class Painter {
	private readonly scene: Scene;
	private readonly sprites: Sprites;
	private readonly names = new Names();
	private readonly shapes = new Map<Shape, Paths>();
	private hatching: { key: string; pattern: CanvasPattern } | undefined;

	constructor(scene: Scene) {
		this.scene = scene;
		this.sprites = new Sprites(scene.theme);
	}

	levelOf(frame: Frame): Level {
		return levelAt((frame.scale / frame.ratio) * this.scene.hall.pitch);
	}

	paint(
		ctx: CanvasRenderingContext2D,
		frame: Frame,
		area: Area = wholeOf(frame),
	): void {
		const box = hallBox(frame, area);
		ctx.save();
		ctx.beginPath();
		ctx.rect(area.x, area.y, area.width, area.height);
		ctx.clip();
		ctx.fillStyle = this.scene.theme.back;
		ctx.fillRect(area.x, area.y, area.width, area.height);
		paintDecorations(ctx, this.scene, frame, box);
		this.grounds(ctx, frame, box);
		if (this.levelOf(frame) === "overview") {
			this.strips(ctx, frame, box);
			this.names.paint(ctx, this.scene, frame, box, true);
		} else {
			this.seats(ctx, frame, box);
			this.names.paint(ctx, this.scene, frame, box, false);
		}
		ctx.restore();
	}

	/** What is below the seats: enough while things move. */
	paintBelow(ctx: CanvasRenderingContext2D, frame: Frame): void {
		const area = wholeOf(frame);
		const box = hallBox(frame, area);
		ctx.fillStyle = this.scene.theme.back;
		ctx.fillRect(area.x, area.y, area.width, area.height);
		paintDecorations(ctx, this.scene, frame, box);
		this.grounds(ctx, frame, box);
	}

	/** Only these, where they are on the screen; not for the overview. */
	repaint(
		ctx: CanvasRenderingContext2D,
		frame: Frame,
		seats: Iterable<number>,
	): void {
		const { hall, theme } = this.scene;
		const box = hallBox(frame, wholeOf(frame));
		this.sprites.use(theme, frame.scale, frame.ratio);
		for (const seat of seats) {
			const x = hall.x[seat]!;
			const y = hall.y[seat]!;
			if (!hall.sections[hall.section[seat]!]!.picked) continue;
			if (!meets(box, { x0: x, y0: y, x1: x, y1: y }, hall.pitch)) continue;
			this.sprites.draw(
				ctx,
				{
					kind: "ground",
					look: 0,
					sign: undefined,
					angle: hall.angle[seat]!,
					size: this.sizeOf(frame, seat),
				},
				Math.round(x * frame.scale) + frame.x,
				Math.round(y * frame.scale) + frame.y,
			);
			this.seat(ctx, frame, seat);
		}
	}

	// ---- sections ----

	private place(ctx: CanvasRenderingContext2D, frame: Frame): void {
		ctx.setTransform(frame.scale, 0, 0, frame.scale, frame.x, frame.y);
		ctx.lineJoin = "round";
	}

	/** Its lines with what they are around, so much thicker. */
	private fill(
		ctx: CanvasRenderingContext2D,
		shape: Shape,
		style: string | CanvasPattern,
		more = 0,
	): void {
		const { rings, lines } = this.pathsOf(shape);
		ctx.fillStyle = ctx.strokeStyle = style;
		ctx.lineWidth = shape.width + more;
		ctx.fill(rings);
		ctx.stroke(rings);
		ctx.stroke(lines);
	}

	private pathsOf(shape: Shape): Paths {
		let paths = this.shapes.get(shape);
		if (paths === undefined) {
			paths = { rings: new Path2D(), lines: new Path2D() };
			for (const line of shape.rings) {
				trace(paths.rings, line);
				paths.rings.closePath();
			}
			for (const line of shape.lines) trace(paths.lines, line);
			this.shapes.set(shape, paths);
		}
		return paths;
	}

	private grounds(
		ctx: CanvasRenderingContext2D,
		frame: Frame,
		box: Box,
	): void {
		const { hall, outlines, theme } = this.scene;
		const edge = (1.5 * frame.ratio) / frame.scale;
		ctx.save();
		this.place(ctx, frame);
		ctx.lineCap = "round";
		const seen = hall.sections.flatMap(({ box: its }, i) =>
			its !== undefined && meets(box, its, outlines[i]!.ground.width)
				? [i]
				: [],
		);
		for (const i of seen)
			this.fill(ctx, outlines[i]!.ground, theme.edge, 2 * edge);
		for (const i of seen) {
			const { area, ground } = outlines[i]!;
			if (area === undefined) this.fill(ctx, ground, theme.panel);
			else this.slot(ctx, frame, area, i);
		}
		ctx.restore();
	}

	/** An area where nobody picks a place. */
	private slot(
		ctx: CanvasRenderingContext2D,
		frame: Frame,
		area: Box,
		index: number,
	): void {
		const { hall, theme } = this.scene;
		const [free, total] = leftOf(this.scene, index);
		const kind = hall.class[hall.rows[hall.sections[index]!.rows[0]!]!.seats[0]!];
		ctx.beginPath();
		ctx.roundRect(
			area.x0,
			area.y0,
			area.x1 - area.x0,
			area.y1 - area.y0,
			(10 * frame.ratio) / frame.scale,
		);
		ctx.fillStyle = theme.panel;
		ctx.fill();
		ctx.fillStyle = this.fillOf(ctx, kind ?? 0, free, total, frame);
		ctx.fill();
		ctx.strokeStyle = theme.edge;
		ctx.lineWidth = (1.5 * frame.ratio) / frame.scale;
		ctx.stroke();
	}

	private strips(ctx: CanvasRenderingContext2D, frame: Frame, box: Box): void {
		const { hall, outlines, total, free } = this.scene;
		ctx.save();
		this.place(ctx, frame);
		ctx.lineCap = "square";
		outlines.forEach(({ strips, ground }, i) => {
			const its = hall.sections[i]!.box;
			if (its === undefined || !meets(box, its, ground.width)) return;
			for (const strip of strips) {
				const cell = i * hall.classes.length + strip.class;
				const [left, all] = [free[cell]!, total[cell]!];
				const style = this.fillOf(ctx, strip.class, left, all, frame);
				this.fill(ctx, strip, style);
			}
		});
		ctx.restore();
	}

	/** The more is left the fuller the colour; nothing: hatched. */
	private fillOf(
		ctx: CanvasRenderingContext2D,
		kind: number,
		free: number,
		total: number,
		frame: Frame,
	): string | CanvasPattern {
		const { theme, known } = this.scene;
		const colour = theme.classes[kind % N_LOOKS]!;
		if (!known) return mixed(theme.panel, colour, 0.22);
		if (free === 0) return this.hatchingOf(ctx, frame);
		return mixed(theme.panel, colour, 0.3 + 0.7 * (free / total));
	}

	private hatchingOf(
		ctx: CanvasRenderingContext2D,
		frame: Frame,
	): CanvasPattern {
		const { theme } = this.scene;
		const key = `${theme.taken}${theme.takenInk}${frame.ratio}`;
		if (this.hatching?.key !== key) {
			const tile = document.createElement("canvas");
			const size = Math.round(7 * frame.ratio);
			tile.width = tile.height = size;
			const on = tile.getContext("2d")!;
			on.fillStyle = theme.taken;
			on.fillRect(0, 0, size, size);
			on.strokeStyle = mixed(theme.taken, theme.takenInk, 0.55);
			on.lineWidth = frame.ratio;
			for (const x of [-size, 0, size]) {
				on.moveTo(x - 1, size + 1);
				on.lineTo(x + size + 1, -1);
			}
			on.stroke();
			this.hatching = { key, pattern: ctx.createPattern(tile, "repeat")! };
		}
		const { pattern } = this.hatching;
		pattern.setTransform(
			new DOMMatrix().scale(1 / frame.scale, 1 / frame.scale),
		);
		return pattern;
	}

	// ---- seats ----

	/** In device pixels. */
	private sizeOf(frame: Frame, seat: number): number {
		const { hall } = this.scene;
		const { room } = hall.rows[hall.row[seat]!]!;
		return Math.max(2, Math.round(room * frame.scale * SEAT));
	}

	private seats(ctx: CanvasRenderingContext2D, frame: Frame, box: Box): void {
		const { hall, grid, theme } = this.scene;
		const wide = {
			x0: box.x0 - hall.pitch,
			y0: box.y0 - hall.pitch,
			x1: box.x1 + hall.pitch,
			y1: box.y1 + hall.pitch,
		};
		this.sprites.use(theme, frame.scale, frame.ratio);
		eachIn(grid, wide, (seat) => {
			if (hall.sections[hall.section[seat]!]!.picked)
				this.seat(ctx, frame, seat);
		});
	}

	private kindOf(seat: number): Kind {
		const { states, chosen, wanted } = this.scene;
		if (chosen.has(seat)) return "chosen";
		if (states.isFree(seat)) return wanted[seat] === 1 ? "free" : "dim";
		switch (states.letters[seat]) {
			case 0:
				return "unknown";
			case H:
			case P:
			case C:
				return "held";
			default:
				return "taken";
		}
	}

	private signOf(seat: number): Sign | undefined {
		const type = this.scene.hall.types[this.scene.hall.type[seat]!];
		return type === "wheelchair" || type === "companion" ? type : undefined;
	}

	private seat(
		ctx: CanvasRenderingContext2D,
		frame: Frame,
		seat: number,
	): void {
		const { hall } = this.scene;
		const kind = this.kindOf(seat);
		const sign = this.signOf(seat);
		const x = Math.round(hall.x[seat]! * frame.scale) + frame.x;
		const y = Math.round(hall.y[seat]! * frame.scale) + frame.y;
		const look = hall.class[seat]!;
		const size = this.sizeOf(frame, seat);
		const angle = hall.angle[seat]!;
		this.sprites.draw(ctx, { kind, look, sign, angle, size }, x, y);
		if (kind === "free" && sign === undefined)
			this.writing(ctx, frame, seat, { x, y, size });
		const label = this.scene.labels.get(seat);
		if (label !== undefined && kind === "taken" && this.scene.states.letters[seat] === B)
			this.label(ctx, frame, label, { x, y, size });
	}

	private label(
		ctx: CanvasRenderingContext2D,
		frame: Frame,
		label: Label,
		{ x, y, size }: { x: number; y: number; size: number },
	): void {
		ctx.beginPath();
		ctx.roundRect(x - size / 2, y - size / 2, size, size, size / 4);
		ctx.fillStyle = label.colour;
		ctx.fill();
		if (size / frame.ratio < MARK_FROM) return;
		ctx.fillStyle = label.ink;
		ctx.textAlign = "center";
		ctx.textBaseline = "middle";
		ctx.font = `700 ${Math.round(size * 0.6)}px ${this.scene.theme.font}`;
		ctx.fillText(label.text, x, y + size * 0.04);
	}

	private writing(
		ctx: CanvasRenderingContext2D,
		frame: Frame,
		seat: number,
		at: { x: number; y: number; size: number },
	): void {
		const { hall, marks, theme } = this.scene;
		const css = at.size / frame.ratio;
		if (css < MARK_FROM) return;
		const number = this.levelOf(frame) === "numbers" && css >= NUMBER_FROM;
		const both = number && css >= BOTH_FROM;
		const mark = marks[hall.class[seat]!]!;
		const text = number ? String(hall.number[seat]!) : mark;
		const part = number ? (text.length > 2 ? 0.38 : 0.48) : 0.54;
		const size = Math.round(at.size * part);
		ctx.fillStyle = theme.onClass;
		ctx.textAlign = "center";
		ctx.textBaseline = "middle";
		ctx.font = `600 ${size}px ${theme.font}`;
		ctx.fillText(
			text,
			at.x,
			at.y + size * 0.06 - (both ? at.size * 0.11 : 0),
		);
		if (!both) return;
		ctx.font = `500 ${Math.round(at.size * 0.28)}px ${theme.font}`;
		ctx.fillText(mark, at.x, at.y + at.size * 0.29);
	}
}


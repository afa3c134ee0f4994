// SPDX-License-Identifier: BSD-2-Clause
//
// sprites - a seat's picture, drawn once for all seats that look alike
//
// Pictures are of few sizes; with another scale they are all made anew.
//
// Layer: map.  Uses: look, theme.
import { BLOCK, SHAPES, SIGNS, type Sign } from "./look";
import { mixed, N_LOOKS, type Theme } from "./theme";

/** free; free but not what the filter shows; somebody else is choosing it;
 * taken; nobody knows; chosen here; the ground below a seat. */
const KINDS = [
	"free",
	"dim",
	"held",
	"taken",
	"unknown",
	"chosen",
	"ground",
] as const;
export type Kind = (typeof KINDS)[number];

const KIND = Object.fromEntries(KINDS.map((kind, i) => [kind, i])) as Record<
	Kind,
	number
>;

export interface Look {
	kind: Kind;
	/** Of the price class. */
	look: number;
	/** Of a type that has one. */
	sign: Sign | undefined;
	/** Radians. */
	angle: number;
	/** How wide it is, in device pixels. */
	size: number;
}

const SIGN: Record<Sign, number> = {
	taken: 1,
	check: 2,
	wheelchair: 3,
	companion: 4,
};

/** Turned in so many steps from -90 to 90 degrees. */
const TURNS = 48;
/** A picture is so much wider than the seat. */
const ROOM = 1.7;
/** Smaller seats, in CSS pixels, have no signs. */
const SIGN_FROM = 9;

export class Sprites {
	private readonly pictures = new Map<number, HTMLCanvasElement>();
	private readonly paths = new Map<string, Path2D>();
	private theme: Theme;
	private scale = 0;
	private ratio = 1;

	constructor(theme: Theme) {
		this.theme = theme;
	}

	/** What pictures are made of from now on. */
	use(theme: Theme, scale: number, ratio: number): void {
		if (theme === this.theme && scale === this.scale && ratio === this.ratio)
			return;
		this.theme = theme;
		this.scale = scale;
		this.ratio = ratio;
		this.pictures.clear();
	}

	draw(ctx: CanvasRenderingContext2D, look: Look, x: number, y: number): void {
		const picture = this.pictureOf(look);
		ctx.drawImage(
			picture,
			x - (picture.width >> 1),
			y - (picture.height >> 1),
		);
	}

	private pictureOf(look: Look): HTMLCanvasElement {
		const turn = Math.round((look.angle / Math.PI) * TURNS);
		const sign = look.sign === undefined ? 0 : SIGN[look.sign];
		const key =
			(((look.size * 64 + turn + TURNS / 2) * 8 + (look.look % 8)) * 8 +
				KIND[look.kind]) *
				8 +
			sign;
		let picture = this.pictures.get(key);
		if (picture === undefined) {
			picture = this.make(look, (turn / TURNS) * Math.PI);
			this.pictures.set(key, picture);
		}
		return picture;
	}

	private make(look: Look, angle: number): HTMLCanvasElement {
		const picture = document.createElement("canvas");
		const size = 2 * Math.ceil((look.size * ROOM) / 2) + 1;
		picture.width = picture.height = size;
		const ctx = picture.getContext("2d")!;
		const half = look.size / 2;
		ctx.translate(size / 2, size / 2);
		ctx.scale(half, half);
		ctx.lineCap = ctx.lineJoin = "round";
		ctx.save();
		ctx.rotate(angle);
		this.body(ctx, look, half);
		ctx.restore();
		this.signs(ctx, look, half);
		return picture;
	}

	private body(ctx: CanvasRenderingContext2D, look: Look, half: number): void {
		const { theme } = this;
		const shape = this.path(SHAPES[look.look % SHAPES.length]!);
		const colour = theme.classes[look.look % N_LOOKS]!;
		const line = Math.max(1.2 * this.ratio, half * 0.16) / half;
		ctx.lineWidth = line;
		switch (look.kind) {
			case "free":
				ctx.fillStyle = colour;
				ctx.fill(shape);
				break;
			case "dim":
			case "unknown":
				ctx.fillStyle = mixed(theme.panel, colour, 0.22);
				ctx.fill(shape);
				break;
			case "held":
				ctx.scale(0.8, 0.8);
				ctx.fillStyle = theme.panel;
				ctx.strokeStyle = theme.takenInk;
				ctx.fill(shape);
				ctx.stroke(shape);
				break;
			case "taken":
				ctx.scale(0.86, 0.86);
				ctx.fillStyle = theme.taken;
				ctx.fill(shape);
				break;
			case "chosen":
				ctx.fillStyle = theme.panel;
				ctx.scale(1.18, 1.18);
				ctx.fill(this.path(BLOCK));
				ctx.scale(0.92, 0.92);
				ctx.fillStyle = theme.selected;
				ctx.fill(this.path(BLOCK));
				break;
			case "ground":
				ctx.fillStyle = theme.panel;
				ctx.scale(1.24, 1.24);
				ctx.fill(this.path(BLOCK));
				break;
		}
	}

	private signs(ctx: CanvasRenderingContext2D, look: Look, half: number): void {
		const { theme } = this;
		if (half * 2 < SIGN_FROM * this.ratio) return;
		const draw = (sign: Sign, colour: string, scale: number, width: number) => {
			ctx.save();
			ctx.scale(scale, scale);
			ctx.lineWidth = Math.max(width, (1.1 * this.ratio) / half / scale);
			ctx.strokeStyle = colour;
			ctx.stroke(this.path(SIGNS[sign]));
			ctx.restore();
		};
		if (look.kind === "chosen") draw("check", theme.onSelected, 0.9, 0.24);
		if (look.kind === "taken") 
			draw("taken", mixed(theme.taken, theme.takenInk, 0.7), 0.5, 0.2);
		if (look.kind === "held") {
			ctx.fillStyle = theme.takenInk;
			ctx.beginPath();
			ctx.arc(0, 0, 0.2, 0, 2 * Math.PI);
			ctx.fill();
		}
		if (look.kind === "free" && look.sign !== undefined)
			draw(look.sign, theme.onClass, 0.78, 0.16);
	}

	private path(data: string): Path2D {
		let path = this.paths.get(data);
		if (path === undefined) {
			path = new Path2D(data);
			this.paths.set(data, path);
		}
		return path;
	}
}

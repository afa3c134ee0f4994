// SPDX-License-Identifier: BSD-2-Clause
//
// screen - the canvas, and the picture that is kept of the last frame
//
// A picture is moved and only what comes into sight is drawn; where it would
// take long to draw another size, it is stretched while things move, and drawn
// when they stand still. What lies over it is drawn each time.
//
// Layer: map.  Uses: frame, paint, overlay, scene.
import { frameOf, uncovered, type Frame } from "./frame";
import { paintOver, type Over } from "./overlay";
import { Painter } from "./paint";
import type { Scene } from "./scene";
import { isNowhere, type Size, type View } from "./view";

/** A picture that takes less is drawn anew with each frame. */
const CHEAP_MS = 9;
/** Stretched more than so, a picture shows nothing. */
const STRETCH_MAX = 2.5;

export class Screen {
	size: Size = { width: 0, height: 0 };
	ratio = 1;
	private readonly ctx: CanvasRenderingContext2D;
	private readonly picture = document.createElement("canvas");
	private readonly under: CanvasRenderingContext2D;
	private readonly painter: Painter;
	/** What the picture shows; undefined: nothing of use. */
	private shown: Frame | undefined;
	private cost = 0;

	constructor(
		private readonly canvas: HTMLCanvasElement,
		private readonly scene: Scene,
	) {
		this.ctx = canvas.getContext("2d", { alpha: false })!;
		this.under = this.picture.getContext("2d", { alpha: false })!;
		this.painter = new Painter(scene);
	}

	/** returns: whether it changed */
	resize(size: Size, ratio: number): boolean {
		const width = Math.round(size.width * ratio);
		const height = Math.round(size.height * ratio);
		const same =
			size.width === this.size.width &&
			size.height === this.size.height &&
			ratio === this.ratio;
		this.size = size;
		this.ratio = ratio;
		if (same || isNowhere(size)) return !same;
		this.canvas.width = this.picture.width = width;
		this.canvas.height = this.picture.height = height;
		this.shown = undefined;
		return true;
	}

	/** The picture is of no use any more. */
	spoil(): void {
		this.shown = undefined;
	}

	/** returns: whether these could be drawn alone, or the picture is spoilt */
	repaint(seats: Iterable<number>): boolean {
		if (this.shown === undefined) return false;
		if (this.painter.levelOf(this.shown) === "overview") return false;
		this.painter.repaint(this.under, this.shown, seats);
		return true;
	}

	/** returns: whether it is as it should be, or to be drawn once more */
	draw(view: View, moving: boolean, over: Over, now: number): boolean {
		const frame = frameOf(view, this.size, this.ratio);
		const sharp = !(moving && this.mayStretch(frame));
		if (sharp) {
			this.bring(frame);
			this.ctx.drawImage(this.picture, 0, 0);
		} else this.stretch(frame);
		paintOver(this.ctx, this.scene, frame, over, now);
		return sharp;
	}

	private mayStretch(frame: Frame): boolean {
		if (this.shown === undefined || this.cost < CHEAP_MS) return false;
		const by = frame.scale / this.shown.scale;
		return by !== 1 && by < STRETCH_MAX && by > 1 / STRETCH_MAX;
	}

	/** Have the picture show a frame. */
	private bring(frame: Frame): void {
		const from = this.shown;
		const areas = from === undefined ? undefined : uncovered(from, frame);
		this.shown = frame;
		if (from === undefined || areas === undefined) {
			const start = performance.now();
			this.painter.paint(this.under, frame);
			this.cost = performance.now() - start;
			return;
		}
		if (areas.length > 0)
			this.under.drawImage(this.picture, frame.x - from.x, frame.y - from.y);
		for (const area of areas) this.painter.paint(this.under, frame, area);
	}

	private stretch(frame: Frame): void {
		const from = this.shown!;
		const by = frame.scale / from.scale;
		if (by < 1) this.painter.paintBelow(this.ctx, frame);
		this.ctx.drawImage(
			this.picture,
			frame.x - from.x * by,
			frame.y - from.y * by,
			from.width * by,
			from.height * by,
		);
	}
}

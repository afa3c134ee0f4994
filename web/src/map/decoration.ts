// SPDX-License-Identifier: BSD-2-Clause
//
// decoration - the stage, exits and texts
//
// Layer: map.  Uses: scene, frame.
import type { Frame } from "./frame";
import { meets, type Box } from "./hall";
import type { Scene } from "./scene";
import type { Decoration } from "./wire";

interface Place {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** As large as fits, from 9 to 18 CSS pixels; 0: it does not fit. */
export function fontFor(
	ctx: CanvasRenderingContext2D,
	text: string,
	place: Place,
	frame: Frame,
	font: string,
	most = 18,
): number {
	ctx.font = `600 100px ${font}`;
	const width = Math.max(ctx.measureText(text).width / 100, 0.1);
	const fits = Math.min((place.width * 0.86) / width, place.height * 0.62);
	const size = Math.min(fits, most * frame.ratio);
	return size < 8.5 * frame.ratio ? 0 : Math.floor(size);
}

function write(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	label: string,
	place: Place,
	colour: string,
): void {
	const size = fontFor(ctx, label, place, frame, scene.theme.font);
	if (label === "" || size === 0) return;
	ctx.fillStyle = colour;
	ctx.textAlign = "center";
	ctx.textBaseline = "middle";
	ctx.font = `600 ${size}px ${scene.theme.font}`;
	ctx.fillText(
		label,
		place.x + place.width / 2,
		place.y + place.height / 2 + size * 0.04,
	);
}

/** Wide and flat: a screen, as a thin bow. Else: a platform. */
function paintStage(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	label: string,
	place: Place,
): void {
	const { x, y, width, height } = place;
	const { theme } = scene;
	ctx.fillStyle = theme.stage;
	ctx.beginPath();
	if (height * 8 < width) {
		const thick = Math.max(4 * frame.ratio, height * 0.4);
		ctx.moveTo(x, y + height);
		ctx.quadraticCurveTo(x + width / 2, y - height * 0.4, x + width, y + height);
		ctx.lineTo(x + width, y + height + thick);
		ctx.quadraticCurveTo(
			x + width / 2,
			y - height * 0.4 + thick,
			x,
			y + height + thick,
		);
		ctx.fill();
		write(
			ctx,
			scene,
			frame,
			label,
			{ x, y: y + height * 0.6, width, height: 26 * frame.ratio },
			theme.inkSoft,
		);
		return;
	}
	const round = Math.min(height, width) * 0.12;
	ctx.roundRect(x, y, width, height, round);
	ctx.fill();
	write(ctx, scene, frame, label, place, theme.onStage);
}

function paintExit(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	label: string,
	place: Place,
): void {
	const { theme } = scene;
	const { x, y, width, height } = place;
	ctx.strokeStyle = theme.inkSoft;
	ctx.lineWidth = 1.25 * frame.ratio;
	ctx.beginPath();
	ctx.roundRect(x, y, width, height, Math.min(6 * frame.ratio, height / 3));
	ctx.stroke();
	write(ctx, scene, frame, label, place, theme.inkSoft);
}

export function paintDecorations(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	box: Box,
): void {
	for (const d of scene.hall.decorations) {
		if (!meets(box, boxOf(d), d.height)) continue;
		const place = {
			x: Math.round(d.x * frame.scale) + frame.x,
			y: Math.round(d.y * frame.scale) + frame.y,
			width: Math.round(d.width * frame.scale),
			height: Math.round(d.height * frame.scale),
		};
		if (d.kind === "stage") paintStage(ctx, scene, frame, d.label, place);
		else if (d.kind === "exit") paintExit(ctx, scene, frame, d.label, place);
		else write(ctx, scene, frame, d.label, place, scene.theme.inkSoft);
	}
}

const boxOf = (d: Decoration): Box => ({
	x0: d.x,
	y0: d.y,
	x1: d.x + d.width,
	y1: d.y + d.height,
});

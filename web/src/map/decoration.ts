// SPDX-License-Identifier: BSD-2-Clause
//
// decoration - the stage, exits and texts
//
// Layer: map.  Uses: scene, frame.
import type { Frame } from "./frame";
import { meets, type Box } from "./hall";
import type { Scene } from "./scene";
import { mixed } from "./theme";
import type { Decoration } from "./wire";

interface Place {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** As large as fits, from 9 CSS pixels on; 0: it does not fit. */
function fontFor(
	ctx: CanvasRenderingContext2D,
	text: string,
	place: Place,
	frame: Frame,
	font: string,
	most: number,
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
	most = 16,
): void {
	const size = fontFor(ctx, label, place, frame, scene.theme.font, most);
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

/** A thin bow, and its light on the first rows. */
function paintScreen(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	label: string,
	{ x, y, width, height }: Place,
): void {
	const { theme } = scene;
	const bow = () => {
		ctx.moveTo(x, y + height);
		ctx.quadraticCurveTo(x + width / 2, y - height, x + width, y + height);
	};
	const below = y + height + Math.max(height * 1.6, 30 * frame.ratio);
	const light = ctx.createLinearGradient(0, y, 0, below);
	light.addColorStop(0, mixed(theme.back, theme.stage, 0.16));
	light.addColorStop(1, theme.back);
	ctx.beginPath();
	bow();
	ctx.lineTo(x + width * 0.96, below);
	ctx.lineTo(x + width * 0.04, below);
	ctx.fillStyle = light;
	ctx.fill();
	ctx.beginPath();
	bow();
	ctx.strokeStyle = theme.stage;
	ctx.lineWidth = 4 * frame.ratio;
	ctx.lineCap = "round";
	ctx.stroke();
	const words = { x, y: y + height * 0.35, width, height: 24 * frame.ratio };
	write(ctx, scene, frame, label, words, theme.inkSoft, 13);
}

/** Wide and flat: a screen. Else: a platform. */
function paintStage(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	label: string,
	place: Place,
): void {
	const { x, y, width, height } = place;
	const { theme } = scene;
	if (height * 8 < width) {
		paintScreen(ctx, scene, frame, label, place);
		return;
	}
	ctx.fillStyle = theme.stage;
	ctx.beginPath();
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
	const width = Math.min(place.width, 76 * frame.ratio);
	const height = Math.min(place.height, 26 * frame.ratio);
	const x = place.x + (place.width - width) / 2;
	const y = place.y + (place.height - height) / 2;
	ctx.strokeStyle = theme.inkSoft;
	ctx.lineWidth = 1.25 * frame.ratio;
	ctx.beginPath();
	ctx.roundRect(x, y, width, height, Math.min(6 * frame.ratio, height / 3));
	ctx.stroke();
	const inside = { x, y, width, height };
	write(ctx, scene, frame, label, inside, theme.inkSoft, 12);
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

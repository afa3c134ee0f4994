// SPDX-License-Identifier: BSD-2-Clause
//
// names - what sections are called, on cards that say what is left
//
// Over seats only sections where nobody picks have a card. A card that does not
// fit says less: only the name, then only its number.
//
// Layer: map.  Uses: scene, frame.
import type { Frame } from "./frame";
import { meets, type Box } from "./hall";
import { leftOf, type Scene } from "./scene";

/** In CSS pixels. */
const NAME_SIZE = 12;
const LEFT_SIZE = 11;
const PAD = 7;
const BAR = 3;
/** A card may reach so far beyond the seats of its section. */
const BEYOND = 1.12;

interface Card {
	name: string;
	left: string;
	share: number;
	width: number;
	height: number;
}

/** "1층 101구역" is also "101". */
function shortOf(name: string): string | undefined {
	return /[0-9]+[A-Z]?(?=[^0-9]*$)/.exec(name)?.[0];
}

function cardOf(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	index: number,
): Card | undefined {
	const { hall, known, theme, words } = scene;
	const section = hall.sections[index]!;
	const [free, total] = leftOf(scene, index);
	const room = (section.label.room * frame.scale * BEYOND) / frame.ratio;
	const left = free > 0 ? words.left(free) : words.soldOut;
	const says = known ? left : "";
	const wide = (text: string, size: number, weight: number) => {
		ctx.font = `${weight} ${size * frame.ratio}px ${theme.font}`;
		return ctx.measureText(text).width / frame.ratio;
	};
	for (const name of [section.name, shortOf(section.name)]) {
		if (name === undefined) continue;
		const nameWidth = wide(name, NAME_SIZE, 600);
		const leftWidth = wide(says, LEFT_SIZE, 500);
		const width = Math.max(nameWidth, leftWidth, 34) + 2 * PAD;
		const share = total > 0 && known ? free / total : 0;
		if (says !== "" && width <= room)
			return { name, left, share, width, height: 42 };
		if (nameWidth + 2 * PAD <= room)
			return { name, left: "", share, width: nameWidth + 2 * PAD, height: 26 };
	}
	return undefined;
}

function paintCard(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	card: Card,
	at: { x: number; y: number },
): void {
	const { theme } = scene;
	const { ratio } = frame;
	const width = card.width * ratio;
	const height = card.height * ratio;
	const x = Math.round(at.x - width / 2);
	const y = Math.round(at.y - height / 2);
	ctx.beginPath();
	ctx.roundRect(x, y, width, height, 7 * ratio);
	ctx.fillStyle = theme.card;
	ctx.fill();
	ctx.strokeStyle = theme.edge;
	ctx.lineWidth = ratio;
	ctx.stroke();
	ctx.textAlign = "center";
	ctx.textBaseline = "middle";
	ctx.fillStyle = theme.ink;
	ctx.font = `600 ${NAME_SIZE * ratio}px ${theme.font}`;
	ctx.fillText(card.name, at.x, y + 12 * ratio);
	if (card.left !== "") {
		ctx.fillStyle = theme.inkSoft;
		ctx.font = `500 ${LEFT_SIZE * ratio}px ${theme.font}`;
		ctx.fillText(card.left, at.x, y + 26.5 * ratio);
	}
	paintBar(ctx, scene, card, {
		x: x + PAD * ratio,
		y: y + height - (card.left === "" ? 5.5 : 7.5) * ratio,
		width: width - 2 * PAD * ratio,
		height: BAR * ratio,
	});
}

/** How much of the section is left. */
function paintBar(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	card: Card,
	at: { x: number; y: number; width: number; height: number },
): void {
	const bar = (part: number, colour: string) => {
		ctx.beginPath();
		ctx.roundRect(at.x, at.y, at.width * part, at.height, at.height / 2);
		ctx.fillStyle = colour;
		ctx.fill();
	};
	bar(1, scene.theme.taken);
	if (card.share > 0) bar(Math.max(card.share, 0.08), scene.theme.ink);
}

export function paintNames(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	box: Box,
	all: boolean,
): void {
	const margin = (80 * frame.ratio) / frame.scale;
	scene.hall.sections.forEach((section, i) => {
		if (section.box === undefined || (section.picked && !all)) return;
		const { x, y } = section.label;
		if (!meets(box, { x0: x, y0: y, x1: x, y1: y }, margin)) return;
		const card = cardOf(ctx, scene, frame, i);
		if (card === undefined) return;
		paintCard(ctx, scene, frame, card, {
			x: Math.round(x * frame.scale) + frame.x,
			y: Math.round(y * frame.scale) + frame.y,
		});
	});
}

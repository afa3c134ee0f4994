// SPDX-License-Identifier: BSD-2-Clause
//
// names - what sections are called, on cards that say what is left
//
// Over seats only sections where nobody picks have a card. A card that does not
// fit its section says less: only the name, then only its number; and no card
// lies on another. Where cards are depends on the scale alone, not on where one
// looks.
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
const APART = 2;
const HIGH = 42;
const LOW = 26;
const LEAST = 19;
const ROUND = 7;

interface Card {
	name: string;
	left: string;
	share: number;
	/** In device pixels from the layout's origin. */
	x: number;
	y: number;
	width: number;
	height: number;
}

/** "1층 101구역" is also "101". */
function shortOf(name: string): string {
	return /[0-9]+[A-Z]?(?=[^0-9]*$)/.exec(name)?.[0] ?? name;
}

type Form = Pick<Card, "name" | "left" | "width" | "height">;

/** What a card may say, the most first; the last is not asked whether it fits
 * the section. In CSS pixels. */
function formsOf(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	name: string,
	left: string,
): Form[] {
	const wide = (text: string, size: number, weight: number) => {
		ctx.font = `${weight} ${size * frame.ratio}px ${scene.theme.font}`;
		return ctx.measureText(text).width / frame.ratio;
	};
	const leftWidth = wide(left, LEFT_SIZE, 500);
	const forms: Form[] = [];
	for (const said of [name, shortOf(name)]) {
		const width = wide(said, NAME_SIZE, 600);
		const both = Math.max(width, leftWidth, 34) + 2 * PAD;
		if (left !== "")
			forms.push({ name: said, left, width: both, height: HIGH });
		forms.push({ name: said, left: "", width: width + 2 * PAD, height: LOW });
	}
	const least = wide(shortOf(name), LEFT_SIZE, 600) + PAD;
	forms.push({ name: shortOf(name), left: "", width: least, height: LEAST });
	return forms;
}

function isOn(a: Card, b: Card, apart: number): boolean {
	return (
		Math.abs(a.x - b.x) * 2 < a.width + b.width + 2 * apart &&
		Math.abs(a.y - b.y) * 2 < a.height + b.height + 2 * apart
	);
}

function cardOf(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	index: number,
	placed: readonly Card[],
): Card | undefined {
	const { hall, known, words } = scene;
	const section = hall.sections[index]!;
	const [free, total] = leftOf(scene, index);
	const left = free > 0 ? words.left(free) : words.soldOut;
	const forms = formsOf(ctx, scene, frame, section.name, known ? left : "");
	const { ratio, scale } = frame;
	const { box, label } = section;
	const room = (label.room * scale) / ratio;
	const depth = ((box!.y1 - box!.y0 + section.rowGap) * scale) / ratio;
	for (const form of forms) {
		const last = form === forms[forms.length - 1];
		if (!last && (form.width > room || form.height > depth)) continue;
		const card: Card = {
			...form,
			share: total > 0 && known ? free / total : 0,
			x: Math.round(label.x * scale),
			y: Math.round(label.y * scale),
			width: form.width * ratio,
			height: form.height * ratio,
		};
		if (!placed.some((other) => isOn(card, other, APART * ratio)))
			return card;
	}
	return undefined;
}

function paintCard(
	ctx: CanvasRenderingContext2D,
	scene: Scene,
	frame: Frame,
	card: Card,
): void {
	const { theme } = scene;
	const { ratio } = frame;
	const middle = card.x + frame.x;
	const x = Math.round(middle - card.width / 2);
	const y = Math.round(card.y + frame.y - card.height / 2);
	ctx.beginPath();
	ctx.roundRect(x, y, card.width, card.height, ROUND * ratio);
	ctx.fillStyle = theme.card;
	ctx.fill();
	ctx.strokeStyle = theme.edge;
	ctx.lineWidth = ratio;
	ctx.stroke();
	ctx.textAlign = "center";
	ctx.textBaseline = "middle";
	ctx.fillStyle = theme.ink;
	if (card.height === LEAST * ratio) {
		ctx.font = `600 ${LEFT_SIZE * ratio}px ${theme.font}`;
		ctx.fillText(card.name, middle, y + card.height / 2 + ratio / 2);
		return;
	}
	ctx.font = `600 ${NAME_SIZE * ratio}px ${theme.font}`;
	ctx.fillText(card.name, middle, y + 12 * ratio);
	if (card.left !== "") {
		ctx.fillStyle = theme.inkSoft;
		ctx.font = `500 ${LEFT_SIZE * ratio}px ${theme.font}`;
		ctx.fillText(card.left, middle, y + 26.5 * ratio);
	}
	paintBar(ctx, scene, card, {
		x: x + PAD * ratio,
		y: y + card.height - (card.left === "" ? 5.5 : 7.5) * ratio,
		width: card.width - 2 * PAD * ratio,
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

export class Names {
	private made: { key: string; cards: Card[] } | undefined;

	paint(
		ctx: CanvasRenderingContext2D,
		scene: Scene,
		frame: Frame,
		box: Box,
		all: boolean,
	): void {
		for (const card of this.cards(ctx, scene, frame, all)) {
			const x = card.x / frame.scale;
			const y = card.y / frame.scale;
			const margin = card.width / frame.scale;
			if (meets(box, { x0: x, y0: y, x1: x, y1: y }, margin))
				paintCard(ctx, scene, frame, card);
		}
	}

	private cards(
		ctx: CanvasRenderingContext2D,
		scene: Scene,
		frame: Frame,
		all: boolean,
	): Card[] {
		const key = `${frame.scale}/${frame.ratio}/${all}/${scene.counted}`;
		if (this.made?.key === key) return this.made.cards;
		const cards: Card[] = [];
		scene.hall.sections.forEach((section, i) => {
			if (section.box === undefined || (section.picked && !all)) return;
			const card = cardOf(ctx, scene, frame, i, cards);
			if (card !== undefined) cards.push(card);
		});
		this.made = { key, cards };
		return cards;
	}
}

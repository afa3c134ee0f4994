// SPDX-License-Identifier: BSD-2-Clause
//
// read_plan - a plan, as the API gives it or as it stands in a file, to a hall
//
// Whatever a file has in it: what is no plan is named by its path, as the API
// names it. What a plan says of seats that are not there is the API's to find,
// and the list of problems'.
//
// Layer: operator/editor.  Uses: document.
import {
	AISLES_MAX, CLASSES_MAX, DECORATIONS_MAX, PLACE_MAX, SEATS_MAX, SECTIONS_MAX, STANDARD,
	newBlock, newId, newSection, sameName,
	type Block, type Decoration, type Hall, type Kind, type Names, type Point, type PriceClass,
	type Section, type Single,
} from "./document";

/** What is wrong with a plan, and where. */
export class Unreadable extends Error {
	constructor(readonly at: string) {
		super(`this is no plan: ${at}`);
	}
}

/** A value and where it stands. */
class Node {
	constructor(
		readonly value: unknown,
		readonly at: string,
	) {}

	wrong(): never {
		throw new Unreadable(this.at);
	}

	get there(): boolean {
		return this.value !== undefined && this.value !== null;
	}

	/** An object that has no other members than these. */
	object(names: readonly string[]): this {
		const known = this.fields();
		for (const name of Object.keys(known))
			if (!names.includes(name)) new Node(0, this.path(name)).wrong();
		return this;
	}

	fields(): Record<string, unknown> {
		const { value } = this;
		if (typeof value !== "object" || value === null || Array.isArray(value)) this.wrong();
		return value as Record<string, unknown>;
	}

	private path(name: string): string {
		return this.at === "" ? name : `${this.at}.${name}`;
	}

	member(name: string): Node {
		const value = this.there ? this.fields()[name] : undefined;
		return new Node(value, this.path(name));
	}

	items(least: number, most: number): Node[] {
		if (!this.there && least === 0) return [];
		if (!Array.isArray(this.value)) return this.wrong();
		if (this.value.length < least || this.value.length > most) this.wrong();
		return this.value.map((item: unknown, i) => new Node(item, `${this.at}[${i}]`));
	}

	texts(): string[] {
		return this.items(0, SEATS_MAX).map((item) => item.text());
	}

	text(preset?: string): string {
		if (!this.there && preset !== undefined) return preset;
		return typeof this.value === "string" ? this.value.normalize("NFC") : this.wrong();
	}

	names(): Names {
		if (!this.there) return sameName("");
		if (typeof this.value === "string") return sameName(this.text());
		this.object(["ko", "en"]);
		return { ko: this.member("ko").text(), en: this.member("en").text() };
	}

	real(preset: number, least = -PLACE_MAX, most = PLACE_MAX): number {
		if (!this.there) return preset;
		const { value } = this;
		const fits = typeof value === "number" && value >= least && value <= most;
		return fits ? value : this.wrong();
	}

	int(least: number, most: number): number {
		const { value } = this;
		const fits = Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
		return fits ? Number(value) : this.wrong();
	}

	word<Word extends string>(words: readonly Word[], preset?: Word): Word {
		if (!this.there && preset !== undefined) return preset;
		return words.find((word) => word === this.value) ?? this.wrong();
	}
}

const NUMBER_MAX = 1_000_000;

function point(node: Node): Point | undefined {
	if (!node.there) return undefined;
	node.object(["x", "y"]);
	return { x: node.member("x").real(0), y: node.member("y").real(0) };
}

function area(node: Node) {
	return {
		x: node.member("x").real(0),
		y: node.member("y").real(0),
		width: node.member("width").real(1, 0.01),
		height: node.member("height").real(1, 0.01),
	};
}

/** What its section says, unless it says so itself. */
interface Preset {
	priceClass: string;
	type: string;
}

const BLOCK = [
	"from", "to", "skip", "numbers", "price_class", "type", "x", "y", "dx", "dy", "aisle",
	"aisles_after", "arc", "without", "types",
];

function block(node: Node, preset: Preset): Block {
	node.object(BLOCK);
	const from = node.member("from").text();
	const [first, last, step] = node.member("numbers").items(2, 3);
	const arc = node.member("arc");
	const of = arc.there ? arc.object(["x", "y", "radius", "from", "to"]) : node;
	const types = node.member("types");
	return newBlock({
		from,
		to: node.member("to").text(from),
		skip: node.member("skip").texts(),
		first: first!.int(0, NUMBER_MAX),
		last: last!.int(0, NUMBER_MAX),
		step: step === undefined ? 1 : step.int(1, NUMBER_MAX),
		priceClass: node.member("price_class").text(preset.priceClass),
		type: node.member("type").text(preset.type),
		x: of.member("x").real(0),
		y: of.member("y").real(0),
		dx: node.member("dx").real(1),
		dy: node.member("dy").real(1),
		aisle: node.member("aisle").real(1),
		aisles: node
			.member("aisles_after")
			.items(0, AISLES_MAX)
			.map((item) => item.int(-NUMBER_MAX, NUMBER_MAX)),
		arc: arc.there
			? {
					radius: arc.member("radius").real(1, 0.01),
					from: arc.member("from").real(0, -360, 360),
					to: arc.member("to").real(0, -360, 360),
				}
			: undefined,
		without: node.member("without").texts(),
		types: types.there
			? Object.fromEntries(
					Object.keys(types.fields()).map((type) => [type, types.member(type).texts()]),
				)
			: {},
	});
}

function single(node: Node, preset: Preset): Single {
	node.object(["row", "number", "price_class", "type", "x", "y"]);
	return {
		id: newId("k"),
		row: node.member("row").text(""),
		number: node.member("number").int(0, NUMBER_MAX),
		priceClass: node.member("price_class").text(preset.priceClass),
		type: node.member("type").text(preset.type),
		x: node.member("x").real(0),
		y: node.member("y").real(0),
	};
}

const KINDS: readonly Kind[] = ["assigned", "slot", "counter"];
const ASSIGNED = [
	"key", "name", "kind", "price_class", "type", "rows", "seats", "breaks", "joins", "focus",
];
const ADMISSION = ["key", "name", "kind", "price_class", "capacity", "area", "focus"];

function section(node: Node): Section {
	const kind = node.member("kind").word(KINDS, "assigned");
	node.object(kind === "assigned" ? ASSIGNED : ADMISSION);
	const preset = {
		priceClass: node.member("price_class").text(""),
		type: node.member("type").text(STANDARD),
	};
	const named = {
		key: node.member("key").text(),
		name: node.member("name").names(),
		kind,
		focus: point(node.member("focus")),
	};
	if (kind !== "assigned")
		return newSection({
			...named,
			priceClass: preset.priceClass,
			capacity: node.member("capacity").int(1, SEATS_MAX),
			area: area(node.member("area")),
		});
	return newSection({
		...named,
		blocks: node.member("rows").items(0, SEATS_MAX).map((item) => block(item, preset)),
		seats: node.member("seats").items(0, SEATS_MAX).map((item) => single(item, preset)),
		breaks: node.member("breaks").texts(),
		joins: node.member("joins").texts(),
	});
}

function priceClass(node: Node): PriceClass {
	node.object(["key", "name"]);
	return { key: node.member("key").text(), name: node.member("name").names() };
}

function decoration(node: Node): Decoration {
	node.object(["kind", "label", "x", "y", "width", "height"]);
	return {
		id: newId("d"),
		kind: node.member("kind").word(["stage", "exit", "text"]),
		label: node.member("label").names(),
		...area(node),
	};
}

/** plan: what JSON.parse gave. Throws Unreadable. */
export function readPlan(plan: unknown): Hall {
	const node = new Node(plan, "").object(["price_classes", "sections", "decorations"]);
	return {
		classes: node.member("price_classes").items(0, CLASSES_MAX).map(priceClass),
		sections: node.member("sections").items(0, SECTIONS_MAX).map(section),
		decorations: node.member("decorations").items(0, DECORATIONS_MAX).map(decoration),
	};
}

// SPDX-License-Identifier: BSD-2-Clause
//
// board - the canvas on which a hall is drawn, by pointer and by key
//
// What lies still is a picture that is moved as one looks around; only what
// comes into sight is drawn anew. What is dragged is drawn over it until it is
// let go: the hall changes once.
//
// Layer: operator/editor.  Uses: all of editor, map.
import { frameOf, uncovered, type Frame } from "../../map/frame";
import type { Box } from "../../map/hall";
import { themeOf, type Theme } from "../../map/theme";
import { fitted, panned, toHall, zoomed, type Point, type Size, type View } from "../../map/view";
import { boxOf, joined, thingsOf } from "./bounds";
import { duplicate, mirror, move, remove, resizeBlock, setDecoration, setSection } from "./change";
import { hundredths, type Hall } from "./document";
import { pitchOf } from "./faults";
import { handleAt, paintOver } from "./over";
import { paintHall, paintMoving, type Sight } from "./paint";
import { seatAt, seatsIn, thingAt, thingsIn } from "./pick";
import { placedOf } from "./place";
import { refOf, removeSeats, toggleAisle, toggleBreak, type SeatRef } from "./split";
import {
	act, bringBack, chooseNothing, chooseSeats, chooseThings, drawArea, drawDecoration, drawRows,
	hallNow, make, takeBack, use, useEditor, type Editing, type Tool,
} from "./state";

type TwoTexts = { ko: string; en: string };

export interface BoardWords {
	/** What a rectangle will be. */
	rows(rows: number, columns: number): string;
	area: TwoTexts;
	decoration: Record<"stage" | "exit" | "text", TwoTexts>;
	/** For those who do not see the canvas. */
	say(text: string): void;
	thing(id: string): string;
	seat(ref: SeatRef): string;
}

/** In CSS pixels. */
const SLOP = 4;
const STEP = 1.5;
const LEAST = 0.5;
const MOST = 80;
/** A key moves by so much; with shift, with alt. */
const NUDGE = 0.5;
const FAR = 5;
const FINE = 0.05;
/** Places while one drags are on this grid. */
const GRID = 0.1;

type Drag =
	| { kind: "pan" }
	| { kind: "move" }
	| { kind: "size" }
	| { kind: "rectangle" };

const NONE: ReadonlySet<string> = new Set();
const onGrid = (value: number): number => hundredths(Math.round(value / GRID) * GRID);

export class Board {
	private readonly ctx: CanvasRenderingContext2D;
	private readonly picture = document.createElement("canvas");
	private readonly under: CanvasRenderingContext2D;
	private readonly stopping = new AbortController();
	private readonly watchers: { disconnect(): void }[] = [];
	private readonly unwatch: () => void;
	private theme: Theme;
	private view: View = { x: 0, y: 0, scale: 20 };
	private size: Size = { width: 0, height: 0 };
	private ratio = 1;
	private shown: { frame: Frame; of: unknown[] } | undefined;
	private asked = 0;
	private whole = true;
	private pitched: { hall: Hall; pitch: number } | undefined;

	private drag: Drag | undefined;
	private start: Point = { x: 0, y: 0 };
	private now: Point = { x: 0, y: 0 };
	private moved = false;
	private adding = false;
	private by: Point = { x: 0, y: 0 };
	private cursor: SeatRef | undefined;

	constructor(
		private readonly canvas: HTMLCanvasElement,
		public words: BoardWords,
		public language: "ko" | "en",
	) {
		this.ctx = canvas.getContext("2d", { alpha: false })!;
		this.under = this.picture.getContext("2d", { alpha: false })!;
		this.theme = themeOf(canvas);
		const { signal } = this.stopping;
		const on = <K extends keyof HTMLElementEventMap>(
			name: K,
			what: (event: HTMLElementEventMap[K]) => void,
		) => canvas.addEventListener(name, what, { signal, passive: false });
		on("pointerdown", (event) => this.down(event));
		on("pointermove", (event) => this.move(event));
		on("pointerup", (event) => this.up(event));
		on("pointercancel", () => this.let());
		on("wheel", (event) => this.wheel(event));
		on("keydown", (event) => this.key(event));
		on("focus", () => this.request());
		on("blur", () => this.request());
		matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
			this.theme = themeOf(canvas);
			this.shown = undefined;
			this.request();
		}, { signal });
		const resized = new ResizeObserver(() => this.measure());
		resized.observe(canvas);
		this.watchers.push(resized);
		this.unwatch = useEditor.subscribe((state, before) => this.changed(state, before));
		this.measure();
	}

	destroy(): void {
		this.stopping.abort();
		this.unwatch();
		for (const watcher of this.watchers) watcher.disconnect();
		cancelAnimationFrame(this.asked);
	}

	// ---- where one looks ----

	zoomIn(): void {
		this.zoom(STEP, this.middle);
	}

	zoomOut(): void {
		this.zoom(1 / STEP, this.middle);
	}

	/** The whole hall. */
	fit(): void {
		const all = joined(thingsOf(hallNow()).map(({ box }) => box));
		const trace = useEditor.getState().trace;
		const of = trace === undefined ? all : joined([
			...(all === undefined ? [] : [all]),
			{ x0: trace.x, y0: trace.y, x1: trace.x + trace.width, y1: trace.y + trace.height },
		]);
		this.whole = true;
		if (of === undefined) this.view = { x: 15, y: 10, scale: 24 };
		else {
			const view = fitted(of, this.size, 48);
			this.view = { ...view, scale: Math.min(Math.max(view.scale, LEAST), 40) };
		}
		this.request();
	}

	/** Have things or seats in sight. */
	show(ids: ReadonlySet<string>): void {
		const box = boxOf(hallNow(), ids);
		if (box === undefined) return;
		this.whole = false;
		const view = fitted(box, this.size, 90);
		this.view = { ...view, scale: Math.min(Math.max(view.scale, LEAST), 32) };
		this.request();
	}

	/** Where a place of the hall is, in CSS pixels of the canvas. */
	toScreen({ x, y }: Point): Point {
		return {
			x: (x - this.view.x) * this.view.scale + this.size.width / 2,
			y: (y - this.view.y) * this.view.scale + this.size.height / 2,
		};
	}

	/** The place in the middle of what is seen. */
	get centre(): Point {
		return { x: onGrid(this.view.x), y: onGrid(this.view.y) };
	}

	private get middle(): Point {
		return { x: this.size.width / 2, y: this.size.height / 2 };
	}

	private zoom(factor: number, about: Point): void {
		const scale = Math.min(Math.max(this.view.scale * factor, LEAST), MOST);
		this.whole = false;
		this.view = zoomed(this.view, this.size, about, scale);
		this.request();
	}

	private wheel(event: WheelEvent): void {
		event.preventDefault();
		const unit = [1, 16, 400][event.deltaMode] ?? 1;
		if (event.shiftKey) {
			this.pan(-event.deltaY * unit, 0);
			return;
		}
		const step = Math.min(Math.max(event.deltaY * unit, -300), 300);
		this.zoom(Math.exp(-step * (event.ctrlKey ? 0.01 : 0.0016)), this.pointOf(event));
	}

	private pan(dx: number, dy: number): void {
		this.whole = false;
		this.view = panned(this.view, dx, dy);
		this.request();
	}

	private measure(): void {
		const { clientWidth: width, clientHeight: height } = this.canvas;
		const ratio = devicePixelRatio;
		if (width < 1 || height < 1) return;
		if (width === this.size.width && height === this.size.height && ratio === this.ratio) return;
		this.size = { width, height };
		this.ratio = ratio;
		for (const canvas of [this.canvas, this.picture]) {
			canvas.width = Math.round(width * ratio);
			canvas.height = Math.round(height * ratio);
		}
		this.shown = undefined;
		if (this.whole) this.fit();
		this.request();
	}

	// ---- frames ----

	private request(): void {
		if (this.asked === 0) this.asked = requestAnimationFrame(() => this.frame());
	}

	private changed(state: Editing, before: Editing): void {
		if (state.tool !== before.tool) this.canvas.style.cursor = this.cursorOf(state.tool);
		this.request();
	}

	private cursorOf(tool: Tool): string {
		if (tool === "select" || tool === "seats") return "default";
		return tool === "pan" ? "grab" : "crosshair";
	}

	private get pitch(): number {
		const hall = hallNow();
		if (this.pitched?.hall !== hall) this.pitched = { hall, pitch: pitchOf(hall) };
		return this.pitched.pitch;
	}

	private sight(moving: ReadonlySet<string>): Sight {
		const { trace } = useEditor.getState();
		return { hall: hallNow(), pitch: this.pitch, theme: this.theme, language: this.language, trace, moving };
	}

	private frame(): void {
		this.asked = 0;
		if (this.size.width < 1) return;
		const state = useEditor.getState();
		const moving = this.drag?.kind === "move" && this.moved ? state.things : NONE;
		const frame = frameOf(this.view, this.size, this.ratio);
		const sight = this.sight(moving);
		this.bring(frame, sight);
		this.ctx.drawImage(this.picture, 0, 0);
		if (moving.size > 0)
			paintMoving(this.ctx, {
				...frame,
				x: frame.x + Math.round(this.by.x * frame.scale),
				y: frame.y + Math.round(this.by.y * frame.scale),
			}, sight);
		const over = {
			things: state.things,
			seats: state.seats,
			by: moving.size > 0 ? this.by : { x: 0, y: 0 },
			rectangle: this.rectangle,
			saying: this.saying,
			segments: state.segments && moving.size === 0,
			cursor: document.activeElement === this.canvas && state.tool === "seats" ? this.cursor : undefined,
		};
		paintOver(this.ctx, frame, sight, over, state.tool === "focus" || state.segments);
	}

	/** Have the picture show a frame. */
	private bring(frame: Frame, sight: Sight): void {
		const of = [sight.hall, sight.trace, sight.moving, sight.theme, sight.language];
		const from = this.shown;
		const same = from !== undefined && of.every((one, i) => one === from.of[i]);
		const areas = same ? uncovered(from.frame, frame) : undefined;
		this.shown = { frame, of };
		if (from === undefined || areas === undefined) {
			paintHall(this.under, frame, sight);
			return;
		}
		if (areas.length === 0) return;
		this.under.drawImage(this.picture, frame.x - from.frame.x, frame.y - from.frame.y);
		for (const area of areas) paintHall(this.under, frame, sight, area);
	}

	// ---- by pointer ----

	private pointOf(event: MouseEvent): Point {
		const box = this.canvas.getBoundingClientRect();
		return { x: event.clientX - box.left, y: event.clientY - box.top };
	}

	private place(at: Point): Point {
		return toHall(this.view, this.size, at);
	}

	private get within(): number {
		return Math.max(this.pitch * 0.6, 5 / this.view.scale);
	}

	private down(event: PointerEvent): void {
		if (this.drag !== undefined || event.button > 1) return;
		this.canvas.setPointerCapture(event.pointerId);
		this.canvas.focus({ preventScroll: true });
		this.start = this.now = this.pointOf(event);
		this.moved = false;
		this.adding = event.shiftKey || event.ctrlKey || event.metaKey;
		this.by = { x: 0, y: 0 };
		this.drag = this.dragFor(event);
	}

	private dragFor(event: PointerEvent): Drag {
		const { tool, things } = useEditor.getState();
		if (event.button === 1 || tool === "pan") return { kind: "pan" };
		if (tool !== "select") return { kind: "rectangle" };
		const frame = frameOf(this.view, this.size, this.ratio);
		const pixel = { x: this.start.x * this.ratio, y: this.start.y * this.ratio };
		if (handleAt(frame, hallNow(), things, pixel, this.pitch)) return { kind: "size" };
		const under = thingAt(hallNow(), this.place(this.start), this.within);
		if (under === undefined) return { kind: "rectangle" };
		if (!things.has(under)) {
			const next = new Set(this.adding ? things : []).add(under);
			chooseThings(next);
			this.adding = false;
		}
		return { kind: "move" };
	}

	private move(event: PointerEvent): void {
		if (this.drag === undefined) return;
		const at = this.pointOf(event);
		const far = Math.hypot(at.x - this.start.x, at.y - this.start.y);
		if (!this.moved && far < SLOP) return;
		this.moved = true;
		if (this.drag.kind === "pan") this.pan(at.x - this.now.x, at.y - this.now.y);
		this.now = at;
		const { scale } = this.view;
		this.by = {
			x: onGrid((at.x - this.start.x) / scale),
			y: onGrid((at.y - this.start.y) / scale),
		};
		this.request();
	}

	private up(event: PointerEvent): void {
		const { drag, moved } = this;
		if (drag === undefined) return;
		this.now = this.pointOf(event);
		const rectangle = this.rectangle;
		const size = this.sizing;
		const by = this.by;
		const { things } = useEditor.getState();
		this.let();
		if (drag.kind === "move" && moved) act((hall) => move(hall, things, by.x, by.y));
		else if (drag.kind === "move" && this.adding) this.toggle(thingAt(hallNow(), this.place(this.now), this.within));
		else if (drag.kind === "size" && size !== undefined) size();
		else if (drag.kind === "rectangle") this.draw(moved ? rectangle : undefined);
	}

	/** Nothing is dragged any more. */
	private let(): void {
		this.drag = undefined;
		this.request();
	}

	private toggle(thing: string | undefined): void {
		if (thing === undefined) return;
		const things = new Set(useEditor.getState().things);
		if (!things.delete(thing)) things.add(thing);
		chooseThings(things);
	}

	private get rectangle(): Box | undefined {
		if (this.drag === undefined || !this.moved) return undefined;
		if (this.drag.kind !== "rectangle" && this.drag.kind !== "size") return undefined;
		const [a, b] = [this.place(this.start), this.place(this.now)];
		if (this.drag.kind === "size") {
			const box = boxOf(hallNow(), useEditor.getState().things);
			if (box === undefined) return undefined;
			return { ...box, x1: Math.max(b.x, box.x0), y1: Math.max(b.y, box.y0) };
		}
		return {
			x0: Math.min(a.x, b.x),
			y0: Math.min(a.y, b.y),
			x1: Math.max(a.x, b.x),
			y1: Math.max(a.y, b.y),
		};
	}

	/** Rows and seats of a rectangle that are a unit apart. */
	private static seatsOf({ x0, y0, x1, y1 }: Box): [number, number] {
		return [
			Math.min(500, Math.max(1, Math.round(y1 - y0) + 1)),
			Math.min(500, Math.max(1, Math.round(x1 - x0) + 1)),
		];
	}

	/** What letting go of the handle does. */
	private get sizing(): (() => void) | undefined {
		const { things } = useEditor.getState();
		const thing = thingsOf(hallNow()).find(({ id }) => things.has(id));
		if (this.drag?.kind !== "size" || !this.moved || thing === undefined) return undefined;
		const { by } = this;
		const { block, box } = thing;
		const width = Math.max(0.5, hundredths(box.x1 - box.x0 + by.x));
		const height = Math.max(0.5, hundredths(box.y1 - box.y0 + by.y));
		if (block !== undefined) {
			const [rows, columns] = this.counts(thing.id);
			return () => act((hall) => resizeBlock(hall, thing.id, rows, columns));
		}
		if (thing.sectionNo < 0) return () => act((hall) => setDecoration(hall, thing.id, { width, height }));
		const area = { x: box.x0, y: box.y0, width, height };
		return () => act((hall) => setSection(hall, thing.id, { area }));
	}

	/** Rows and seats of a block with its handle where the pointer is. */
	private counts(id: string): [number, number] {
		const block = thingsOf(hallNow()).find((thing) => thing.id === id)?.block;
		if (block === undefined) return [1, 1];
		const at = this.place(this.now);
		const aisles = block.aisles.length * block.aisle;
		const of = (far: number, step: number) =>
			Math.min(500, Math.max(1, Math.round(far / (step || 1)) + 1));
		return [of(at.y - block.y - 0.5 * block.dy, block.dy), of(at.x - block.x - aisles - 0.5 * block.dx, block.dx)];
	}

	private get saying(): string {
		const { tool, things } = useEditor.getState();
		const { rectangle } = this;
		if (rectangle === undefined) return "";
		if (this.drag?.kind === "size") {
			const [id = ""] = things;
			return id.startsWith("b") ? this.words.rows(...this.counts(id)) : "";
		}
		return tool === "rows" ? this.words.rows(...Board.seatsOf(rectangle)) : "";
	}

	/** What a rectangle, or a tap, means to the tool. */
	private draw(rectangle: Box | undefined): void {
		const { tool, things, seats, section } = useEditor.getState();
		const at = this.place(this.now);
		switch (tool) {
			case "select": {
				if (rectangle === undefined && !this.adding) chooseNothing();
				if (rectangle === undefined) return;
				const found = thingsIn(hallNow(), rectangle);
				chooseThings(this.adding ? new Set([...things, ...found]) : found);
				return;
			}
			case "seats": {
				if (rectangle !== undefined) {
					const found = seatsIn(hallNow(), rectangle);
					chooseSeats(this.adding ? new Set([...seats, ...found]) : found);
					return;
				}
				const seat = seatAt(hallNow(), at, this.within);
				this.chooseSeat(seat && refOf(seat), this.adding);
				return;
			}
			case "focus": {
				const focus = { x: onGrid(at.x), y: onGrid(at.y) };
				act((hall) => setSection(hall, section, { focus }));
				return;
			}
			case "pan":
				return;
			default:
				if (rectangle !== undefined) this.drawn(tool, rectangle);
		}
	}

	private drawn(tool: "rows" | "area" | "stage" | "exit" | "text", box: Box): void {
		if (tool === "rows") {
			drawRows(onGrid(box.x0), onGrid(box.y0), ...Board.seatsOf(box));
			return;
		}
		const area = {
			x: onGrid(box.x0),
			y: onGrid(box.y0),
			width: Math.max(0.5, onGrid(box.x1 - box.x0)),
			height: Math.max(0.5, onGrid(box.y1 - box.y0)),
		};
		if (tool === "area") drawArea(area, this.words.area);
		else drawDecoration(tool, area, this.words.decoration[tool]);
	}

	/** In the middle of what is seen, for who draws by key. */
	drawHere(): void {
		const { tool } = useEditor.getState();
		const { x, y } = this.centre;
		const sizes = { rows: [9, 4], area: [10, 6], stage: [16, 3], exit: [3, 1], text: [5, 1] } as const;
		if (tool === "focus") act((hall) => setSection(hall, useEditor.getState().section, { focus: { x, y } }));
		if (!(tool in sizes)) return;
		const [width, height] = sizes[tool as keyof typeof sizes];
		this.drawn(tool as keyof typeof sizes, { x0: x - width / 2, y0: y - height / 2, x1: x + width / 2, y1: y + height / 2 });
	}

	private chooseSeat(ref: SeatRef | undefined, adding: boolean): void {
		this.cursor = ref;
		const seats = new Set(adding ? useEditor.getState().seats : []);
		if (ref !== undefined && !(adding && seats.delete(ref))) seats.add(ref);
		chooseSeats(seats);
	}

	// ---- by key ----

	private key(event: KeyboardEvent): void {
		const done = event.ctrlKey || event.metaKey ? this.command(event) : !event.altKey || event.key.startsWith("Arrow") ? this.plain(event) : false;
		if (!done) return;
		event.preventDefault();
		event.stopPropagation();
	}

	private command({ key, shiftKey }: KeyboardEvent): boolean {
		switch (key.toLowerCase()) {
			case "z":
				if (shiftKey) bringBack();
				else takeBack();
				return true;
			case "y":
				bringBack();
				return true;
			case "d":
				make((hall) => duplicate(hall, useEditor.getState().things, shiftKey ? "below" : "right"));
				return true;
			case "a": {
				if (useEditor.getState().tool === "seats")
					chooseSeats(new Set(hallNow().sections.flatMap((section) => placedOf(section).seats.map(refOf))));
				else chooseThings(new Set(thingsOf(hallNow()).map(({ id }) => id)));
				return true;
			}
			default:
				return false;
		}
	}

	private plain(event: KeyboardEvent): boolean {
		const { things, seats, tool } = useEditor.getState();
		const tools: Record<string, Tool> = {
			v: "select", s: "seats", h: "pan", r: "rows", a: "area", t: "stage", e: "exit", x: "text", f: "focus",
		};
		const named = tools[event.key];
		if (named !== undefined) {
			use(named);
			return true;
		}
		if (event.key.startsWith("Arrow")) return this.arrow(event);
		switch (event.key) {
			case "+":
			case "=":
				this.zoomIn();
				return true;
			case "-":
				this.zoomOut();
				return true;
			case "0":
				this.fit();
				return true;
			case "Delete":
			case "Backspace":
				if (seats.size > 0) act((hall) => removeSeats(hall, seats));
				else act((hall) => remove(hall, things));
				return true;
			case "Escape":
				if (this.drag !== undefined) this.let();
				else if (things.size + seats.size > 0) chooseNothing();
				else use("select");
				return true;
			case "m":
			case "M":
				act((hall) => mirror(hall, things, event.key === "m" ? "x" : "y"));
				return true;
			case "[":
			case "]":
				this.next(event.key === "]" ? 1 : -1);
				return true;
			case "{":
			case "}":
				this.next(event.key === "}" ? 1 : -1, true);
				return true;
			case "i":
				act((hall) => toggleAisle(hall, seats));
				return true;
			case "b":
				act((hall) => toggleBreak(hall, seats));
				return true;
			case "n":
				useEditor.setState(({ segments }) => ({ segments: !segments }));
				return true;
			case "Enter":
				this.drawHere();
				return true;
			case " ":
				if (tool !== "seats" || this.cursor === undefined) return false;
				this.chooseSeat(this.cursor, true);
				return true;
			default:
				return false;
		}
	}

	private arrow({ key, shiftKey, altKey }: KeyboardEvent): boolean {
		const by = altKey ? FINE : shiftKey ? FAR : NUDGE;
		const x = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
		const y = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
		const { things, tool } = useEditor.getState();
		if (tool === "seats") this.step({ x, y }, shiftKey);
		else if (things.size > 0) act((hall) => move(hall, things, x * by, y * by), "nudge");
		else this.pan(-x * 60, -y * 60);
		return true;
	}

	/** The seat that is next that way. */
	private step(way: Point, adding: boolean): void {
		const all = hallNow().sections.flatMap((section) => placedOf(section).seats);
		const here = all.find((seat) => refOf(seat) === this.cursor) ?? all[0];
		if (here === undefined) return;
		let best = here;
		let least = Infinity;
		if (this.cursor !== undefined)
			for (const seat of all) {
				const along = (seat.x - here.x) * way.x + (seat.y - here.y) * way.y;
				const aside = Math.abs((seat.x - here.x) * way.y) + Math.abs((seat.y - here.y) * way.x);
				if (along <= 0.01 || along + aside * 3 >= least) continue;
				least = along + aside * 3;
				best = seat;
			}
		this.cursor = refOf(best);
		if (adding) chooseSeats(new Set(useEditor.getState().seats).add(this.cursor));
		const at = this.toScreen(best);
		if (at.x < 0 || at.y < 0 || at.x > this.size.width || at.y > this.size.height)
			this.pan(this.size.width / 2 - at.x, this.size.height / 2 - at.y);
		this.words.say(this.words.seat(this.cursor));
		this.request();
	}

	/** The next thing, in the order of the plan. */
	private next(by: 1 | -1, adding = false): void {
		const ids = thingsOf(hallNow()).map(({ id }) => id);
		if (ids.length === 0) return;
		const { things } = useEditor.getState();
		const chosen = ids.flatMap((id, i) => (things.has(id) ? [i] : []));
		const from = by > 0 ? (chosen[chosen.length - 1] ?? -1) : (chosen[0] ?? 0);
		const id = ids[(from + by + ids.length) % ids.length]!;
		chooseThings(new Set(adding ? things : []).add(id));
		this.words.say(this.words.thing(id));
	}
}

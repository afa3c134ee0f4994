// SPDX-License-Identifier: BSD-2-Clause
//
// hall_map - a hall on a canvas, to look around in and to pick seats from
//
// The map shows and says what was tapped; what that means to the buyer is the
// page's: it selects. Seats are named by seat_id here. For who cannot see a
// canvas the page has lists.
//
// Layer: map.  Uses: all of map.
import { wanted, type Filter } from "./filter";
import { Gestures, type By } from "./gestures";
import { nearest } from "./grid";
import { isPickable, levelAt, NEAR_ENOUGH, type Level } from "./level";
import { glide, travel, type Motion } from "./motion";
import { LOST_MS } from "./overlay";
import { isFreeFor, isOpen, pickAround, type Wish } from "./pick";
import { countFree, sceneOf, type Label, type MapWords, type Scene } from "./scene";
import { Screen } from "./screen";
import { themeOf } from "./theme";
import type { FeedSeats, Layout, SeatChanges, SeatMap, SeatRule } from "./wire";
import * as v from "./view";

export interface Picking {
	/** So many sit together; 0: seat by seat. */
	party: number;
	rules: readonly SeatRule[];
	/** The kept type that the buyer asks for. */
	type?: string | undefined;
	/** Seats of the buyer's own hold: for him they are free. */
	own?: readonly number[] | undefined;
}

export interface MapOptions extends Partial<Picking> {
	words: MapWords;
}

/** Why a tap gives no seats: the seat is taken by somebody, selected already,
 * kept for who names its type, hidden by the filter; no place for so many. */
export type Why = "taken" | "selected" | "kept" | "filtered" | "no-room";

export type Pick =
	| { seat: number; seats: number[]; why: Why | undefined }
	/** A section where nobody picks: ask how many places. */
	| { section: number };

export interface Zoom {
	level: Level;
	canZoomIn: boolean;
	canZoomOut: boolean;
}

/** The seat under the mouse, where that is, in CSS pixels of the canvas. */
export type Hover = { seat: number; x: number; y: number } | undefined;

interface Events {
	pick: Pick;
	zoom: Zoom;
	hover: Hover;
}

export interface HallMap {
	setStates(map: SeatMap | SeatChanges): void;
	apply(event: FeedSeats): void;
	select(ids: readonly number[]): void;
	setFilter(filter: Filter): void;
	setPicking(picking: Picking): void;
	/** By seat_id; each is shown while its seat is blocked. */
	label(labels: ReadonlyMap<number, Label>): void;
	/** Seats that somebody else took. */
	blink(ids: readonly number[]): void;
	zoomIn(): void;
	zoomOut(): void;
	fit(): void;
	zoomTo(section: number): void;
	/** Bring seats into sight. */
	show(ids: readonly number[]): void;
	/** Where a seat is, in CSS pixels of the canvas. */
	placeOf(id: number): v.Point;
	on<K extends keyof Events>(
		name: K,
		told: (event: Events[K]) => void,
	): () => void;
	destroy(): void;
}

/** A step of a button, and of a double tap. */
const STEP = 1.8;
/** What is told live is drawn so much later, with all that came meanwhile. */
const LIVE_MS = 120;
const LIVE_OVERVIEW_MS = 1_500;
/** After the last step of a wheel or a pinch. */
const REST_MS = 90;
/** Taps so near in time and place are a double tap. */
const DOUBLE_MS = 350;
const DOUBLE_PX = 30;
/** A finger may miss a seat by so much, in CSS pixels. */
const MISS_PX = 12;

class Shown implements HallMap {
	private readonly scene: Scene;
	private readonly screen: Screen;
	private readonly gestures: Gestures;
	private readonly stopping = new AbortController();
	private readonly watchers: { disconnect(): void }[] = [];
	private readonly told: {
		[K in keyof Events]: Set<(event: Events[K]) => void>;
	} = { pick: new Set(), zoom: new Set(), hover: new Set() };
	private readonly calm = matchMedia("(prefers-reduced-motion: reduce)");

	private view: v.View = { x: 0, y: 0, scale: 1 };
	/** Whether the whole hall is what one looks at. */
	private whole = true;
	private motion: Motion | undefined;
	private picking: Picking;
	private own = new Set<number>();
	private aimed: number[] = [];
	private under = -1;
	private lost = new Map<number, number>();
	/** Seats to be drawn anew. */
	private stale = new Set<number>();
	private asked = 0;
	private begun = false;
	private later: number | undefined;
	private movedAt = -Infinity;
	private lastTap = { at: { x: 0, y: 0 }, when: -Infinity };
	private lastZoom = "";

	constructor(
		private readonly canvas: HTMLCanvasElement,
		layout: Layout,
		options: MapOptions,
	) {
		this.scene = sceneOf(layout, themeOf(canvas), options.words);
		this.screen = new Screen(canvas, this.scene);
		this.picking = { party: 0, rules: [], ...options };
		this.own = new Set(this.picking.own?.map((id) => id - 1));
		this.gestures = new Gestures(canvas, {
			stop: () => (this.motion = undefined),
			pan: (dx, dy) => this.go(v.panned(this.view, dx, dy)),
			pinch: (before, after) => this.pinch(before, after),
			wheel: (at, factor) => this.wheel(at, factor),
			tap: (at, by) => this.tap(at, by),
			fling: (vx, vy) => this.fling(vx, vy),
			hover: (at) => this.hover(at),
			drag: (is) => {
				canvas.style.cursor = is ? "grabbing" : "";
			},
		});
		this.watch();
		this.measure();
	}

	// ---- what is shown ----

	setStates(map: SeatMap | SeatChanges): void {
		const changed = this.scene.states.set(map);
		this.scene.known = true;
		this.change(changed, 0);
	}

	apply(event: FeedSeats): void {
		this.change(this.scene.states.apply(event), LIVE_MS);
	}

	select(ids: readonly number[]): void {
		const { chosen } = this.scene;
		const before = [...chosen];
		chosen.clear();
		for (const id of ids) chosen.add(id - 1);
		const moved = [...before, ...chosen].filter(
			(seat) => !(before.includes(seat) && chosen.has(seat)),
		);
		for (const seat of moved) this.stale.add(seat);
		this.aim(-1);
		this.request();
	}

	setFilter(filter: Filter): void {
		this.scene.filter = filter;
		this.scene.wanted = wanted(this.scene.hall, filter);
		countFree(this.scene);
		this.screen.spoil();
		this.request();
	}

	setPicking(picking: Picking): void {
		this.picking = picking;
		this.own = new Set(picking.own?.map((id) => id - 1));
		this.aim(-1);
		this.request();
	}

	label(labels: ReadonlyMap<number, Label>): void {
		this.scene.labels = new Map([...labels].map(([id, one]) => [id - 1, one]));
		this.screen.spoil();
		this.request();
	}

	blink(ids: readonly number[]): void {
		const now = performance.now();
		for (const id of ids) this.lost.set(id - 1, now);
		this.request();
	}

	private change(seats: readonly number[], wait: number): void {
		if (seats.length === 0) return;
		for (const seat of seats) this.stale.add(seat);
		if (wait === 0) {
			this.request();
			return;
		}
		this.soon(this.level === "overview" ? LIVE_OVERVIEW_MS : wait);
	}

	// ---- where one looks ----

	zoomIn(): void {
		this.step(STEP, this.middle);
	}

	zoomOut(): void {
		this.step(1 / STEP, this.middle);
	}

	fit(): void {
		this.whole = true;
		this.travel(this.home());
	}

	zoomTo(section: number): void {
		const index = this.scene.hall.sectionOfId.get(section);
		if (index !== undefined) this.toSection(index, undefined, "mouse");
	}

	show(ids: readonly number[]): void {
		const { hall } = this.scene;
		const seats = ids.map((id) => id - 1).filter((seat) => seat < hall.n);
		if (seats.length === 0) return;
		const of = (at: Float32Array) => seats.map((seat) => at[seat]!);
		const [x, y] = [of(hall.x), of(hall.y)];
		const near = hall.pitch * 3;
		const box = {
			x0: Math.min(...x) - near,
			y0: Math.min(...y) - near,
			x1: Math.max(...x) + near,
			y1: Math.max(...y) + near,
		};
		const all = v.fitted(box, this.screen.size);
		this.whole = false;
		this.travel({
			...all,
			scale: Math.min(all.scale, NEAR_ENOUGH / hall.pitch),
		});
	}

	placeOf(id: number): v.Point {
		const { hall } = this.scene;
		const place = { x: hall.x[id - 1] ?? NaN, y: hall.y[id - 1] ?? NaN };
		return v.toScreen(this.view, this.screen.size, place);
	}

	on<K extends keyof Events>(
		name: K,
		told: (event: Events[K]) => void,
	): () => void {
		this.told[name].add(told);
		if (name === "zoom") this.lastZoom = "";
		this.request();
		return () => this.told[name].delete(told);
	}

	destroy(): void {
		this.stopping.abort();
		this.gestures.destroy();
		for (const watcher of this.watchers) watcher.disconnect();
		cancelAnimationFrame(this.asked);
		clearTimeout(this.later);
	}

	private get level(): Level {
		return levelAt(this.view.scale * this.scene.hall.pitch);
	}

	private get middle(): v.Point {
		const { width, height } = this.screen.size;
		return { x: width / 2, y: height / 2 };
	}

	private get limits(): v.Limits {
		const { box, pitch } = this.scene.hall;
		return v.limitsOf(box, pitch, this.screen.size);
	}

	private even(scale: number): number {
		return v.evenScale(scale, this.scene.hall.pitch, this.screen.ratio);
	}

	/** The whole hall. */
	private home(): v.View {
		const { box } = this.scene.hall;
		const scale = this.even(this.limits.least);
		return { ...v.fitted(box, this.screen.size), scale };
	}

	private held(view: v.View): v.View {
		const limits = { ...this.limits };
		limits.least = Math.min(limits.least, this.even(limits.least));
		return v.limited(view, limits, this.screen.size);
	}

	private go(view: v.View): void {
		this.whole = false;
		this.motion = undefined;
		this.view = this.held(view);
		this.request();
	}

	private travel(to: v.View): void {
		const end = this.held(to);
		if (this.calm.matches) {
			this.motion = undefined;
			this.view = end;
		} else this.motion = travel(this.view, end, performance.now());
		this.request();
	}

	private step(factor: number, about: v.Point): void {
		const from = this.motion?.to ?? this.view;
		const { least, most } = this.limits;
		const scale = Math.min(Math.max(from.scale * factor, least), most);
		this.whole = factor < 1 && scale <= least;
		this.travel(
			this.whole
				? this.home()
				: v.zoomed(from, this.screen.size, about, this.even(scale)),
		);
	}

	private pinch(
		before: readonly [v.Point, v.Point],
		after: readonly [v.Point, v.Point],
	): void {
		const { size } = this.screen;
		this.movedAt = performance.now();
		this.go(v.pinched(this.view, size, before, after, this.limits));
	}

	private wheel(at: v.Point, factor: number): void {
		const { least, most } = this.limits;
		const scale = Math.min(
			Math.max(this.view.scale * factor, least),
			most,
		);
		this.movedAt = performance.now();
		this.go(v.zoomed(this.view, this.screen.size, at, scale));
	}

	private fling(vx: number, vy: number): void {
		if (this.calm.matches) return;
		this.motion = glide(this.view, vx, vy, performance.now());
		this.request();
	}

	/** Near enough to pick, and as much of the section as goes with that. */
	private toSection(index: number, at: v.Point | undefined, by: By): void {
		const section = this.scene.hall.sections[index]!;
		if (section.box === undefined) return;
		const { size } = this.screen;
		const all = v.fitted(section.box, size, 2.2 * v.MARGIN);
		const near = (by === "touch" ? 21 : 15) / section.pitch;
		const most = NEAR_ENOUGH / section.pitch;
		this.whole = false;
		if (!section.picked || all.scale >= near || at === undefined) {
			const scale = Math.max(Math.min(all.scale, most), section.picked ? near : 0);
			this.travel({ ...all, scale: this.even(scale) });
			return;
		}
		this.travel({ ...v.toHall(this.view, size, at), scale: this.even(near) });
	}

	// ---- what is tapped ----

	private tap(at: v.Point, by: By): void {
		const now = performance.now();
		const again =
			now - this.lastTap.when < DOUBLE_MS &&
			Math.hypot(at.x - this.lastTap.at.x, at.y - this.lastTap.at.y) <
				DOUBLE_PX;
		this.lastTap = { at, when: -Infinity };
		if (again) {
			this.step(STEP, at);
			return;
		}
		if (this.zoomedBy(at, by) || !this.picked(at, by))
			this.lastTap = { at, when: now };
	}

	/** Where seats are too small to be meant a tap brings them nearer. */
	private zoomedBy(at: v.Point, by: By): boolean {
		const section = this.sectionAt(at);
		const pitch = this.scene.hall.sections[section]?.pitch;
		const px = this.view.scale * (pitch ?? this.scene.hall.pitch);
		const picked = this.scene.hall.sections[section]?.picked ?? true;
		if (picked ? isPickable(px, by) : this.level !== "overview") return false;
		if (section >= 0) this.toSection(section, at, by);
		else this.step(STEP, at);
		return true;
	}

	/** returns: whether there was something to pick */
	private picked(at: v.Point, by: By): boolean {
		const section = this.sectionAt(at);
		if (section >= 0 && !this.scene.hall.sections[section]!.picked) {
			const { id } = this.scene.hall.sections[section]!;
			this.tell("pick", { section: id });
			return true;
		}
		const seat = this.seatAt(at, by);
		if (seat < 0) return false;
		const [seats, why] = this.choice(seat);
		this.tell("pick", {
			seat: seat + 1,
			seats: seats.map((one) => one + 1),
			why,
		});
		return true;
	}

	private get wish(): Wish {
		return {
			party: Math.max(1, this.picking.party),
			rules: this.picking.rules,
			type: this.picking.type,
			own: this.own,
			fits: (seat) => this.scene.wanted[seat] === 1,
		};
	}

	/** What a tap on a seat gives. */
	private choice(seat: number): [number[], Why | undefined] {
		const { hall, states, chosen } = this.scene;
		const { wish } = this;
		if (chosen.has(seat)) return [[], "selected"];
		if (!isOpen(hall, wish, seat)) return [[], "kept"];
		if (!isFreeFor(hall, states, wish, seat)) return [[], "taken"];
		if (!wish.fits(seat)) return [[], "filtered"];
		if (this.picking.party === 0) return [[seat], undefined];
		const seats = pickAround(hall, states, wish, seat);
		return [seats, seats.length > 0 ? undefined : "no-room"];
	}

	private seatAt(at: v.Point, by: By): number {
		const { hall, grid } = this.scene;
		const place = v.toHall(this.view, this.screen.size, at);
		const miss = by === "touch" ? MISS_PX / this.view.scale : 0;
		const within = Math.max(hall.pitch * 0.6, miss);
		const seat = nearest(hall, grid, place.x, place.y, within);
		const picked = hall.sections[hall.section[seat] ?? -1]?.picked;
		return picked === true ? seat : -1;
	}

	/** Whose ground is under a point; -1: nobody's. */
	private sectionAt(at: v.Point): number {
		const { hall, grid, outlines } = this.scene;
		const { x, y } = v.toHall(this.view, this.screen.size, at);
		const slot = outlines.findIndex(
			({ area }) =>
				area !== undefined &&
				x >= area.x0 &&
				x <= area.x1 &&
				y >= area.y0 &&
				y <= area.y1,
		);
		if (slot >= 0) return slot;
		const within = Math.max(hall.pitch * 1.5, MISS_PX / this.view.scale);
		const seat = nearest(hall, grid, x, y, within);
		return seat < 0 ? -1 : hall.section[seat]!;
	}

	// ---- what the mouse is over ----

	private hover(at: v.Point | undefined): void {
		const px = this.view.scale * this.scene.hall.pitch;
		const near = isPickable(px, "mouse");
		const seat =
			at === undefined || !near ? -1 : this.seatAt(at, "mouse");
		if (seat === this.under) return;
		this.aim(seat);
		this.tell(
			"hover",
			seat < 0 || at === undefined ? undefined : { seat: seat + 1, ...at },
		);
		this.request();
	}

	private aim(seat: number): void {
		this.under = seat;
		this.aimed = seat < 0 ? [] : this.choice(seat)[0];
		this.canvas.style.cursor = this.aimed.length > 0 ? "pointer" : "";
	}

	// ---- frames ----

	private request(): void {
		if (this.asked === 0)
			this.asked = requestAnimationFrame((now) => this.frame(now));
	}

	/** A frame, but not at once. */
	private soon(wait: number): void {
		if (this.later !== undefined) return;
		this.later = window.setTimeout(() => {
			this.later = undefined;
			this.request();
		}, wait);
	}

	private frame(now: number): void {
		this.asked = 0;
		if (v.isNowhere(this.screen.size)) return;
		this.move(now);
		this.refresh();
		for (const [seat, since] of this.lost)
			if (now - since > LOST_MS) this.lost.delete(seat);
		const resting = now - this.movedAt > REST_MS;
		const over = {
			aimed: this.aimed,
			lost: this.lost,
			still: this.calm.matches,
		};
		const moving = this.motion !== undefined || !resting;
		const sharp = this.screen.draw(this.view, moving, over, now);
		if (this.motion !== undefined) this.request();
		else if (!sharp) this.soon(REST_MS);
		if (this.lost.size > 0) this.soon(LIVE_MS);
		this.tellZoom();
	}

	private move(now: number): void {
		if (this.motion === undefined) return;
		const next = this.motion.at(now);
		this.view = this.held(next ?? this.motion.to);
		if (next === undefined) this.motion = undefined;
	}

	/** Bring what has changed into the picture. */
	private refresh(): void {
		if (this.stale.size === 0) return;
		countFree(this.scene);
		const few = this.stale.size < 4000;
		if (!few || this.level === "overview" || !this.screen.repaint(this.stale))
			this.screen.spoil();
		this.stale.clear();
	}

	private tellZoom(): void {
		if (this.motion !== undefined) return;
		const { least, most } = this.limits;
		const zoom = {
			level: this.level,
			canZoomIn: this.view.scale < most * 0.99,
			canZoomOut: this.view.scale > least * 1.01,
		};
		const text = JSON.stringify(zoom);
		if (text === this.lastZoom) return;
		this.lastZoom = text;
		this.tell("zoom", zoom);
	}

	private tell<K extends keyof Events>(name: K, event: Events[K]): void {
		for (const told of this.told[name]) told(event);
	}

	// ---- the world around ----

	private watch(): void {
		const { signal } = this.stopping;
		const size = new ResizeObserver(() => this.measure());
		const style = new MutationObserver(() => this.recolour());
		size.observe(this.canvas);
		style.observe(document.documentElement, {
			attributeFilter: ["class", "style", "data-theme"],
		});
		this.watchers.push(size, style);
		matchMedia("(prefers-color-scheme: dark)").addEventListener(
			"change",
			() => this.recolour(),
			{ signal },
		);
		this.watchRatio();
	}

	/** Other device pixels do not change the size in CSS pixels. */
	private watchRatio(): void {
		const { signal } = this.stopping;
		matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
			"change",
			() => {
				this.measure();
				this.watchRatio();
			},
			{ once: true, signal },
		);
	}

	private measure(): void {
		const { clientWidth: width, clientHeight: height } = this.canvas;
		if (!this.screen.resize({ width, height }, devicePixelRatio)) return;
		if (v.isNowhere(this.screen.size)) return;
		this.motion = undefined;
		this.view = this.whole ? this.home() : this.held(this.view);
		/* Before the browser shows an empty canvas; to begin with, when the states
		 * are there as well. */
		if (this.begun) {
			cancelAnimationFrame(this.asked);
			this.frame(performance.now());
		} else this.request();
		this.begun = true;
	}

	private recolour(): void {
		this.scene.theme = themeOf(this.canvas);
		this.screen.spoil();
		this.request();
	}
}

/**
 * Show a hall. The canvas has the size that its style gives it, and the colours
 * of map.css.
 */
export function createHallMap(
	canvas: HTMLCanvasElement,
	layout: Layout,
	options: MapOptions,
): HallMap {
	return new Shown(canvas, layout, options);
}

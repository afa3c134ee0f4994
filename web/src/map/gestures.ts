// SPDX-License-Identifier: BSD-2-Clause
//
// gestures - what fingers, a mouse and a wheel mean
//
// Points are CSS pixels of the canvas. A tap is told at once, whatever follows
// it; who is told decides whether two taps are more than that.
//
// Layer: map.  Uses: view.
import type { Point } from "./view";

export type By = "mouse" | "touch";

export interface Told {
	/** Something was touched: what moves by itself stops. */
	stop(): void;
	pan(dx: number, dy: number): void;
	pinch(before: readonly [Point, Point], after: readonly [Point, Point]): void;
	/** factor > 1: nearer. */
	wheel(at: Point, factor: number): void;
	tap(at: Point, by: By): void;
	/** Let go while moving, CSS pixels a millisecond. */
	fling(vx: number, vy: number): void;
	/** The mouse is over a point; undefined: it has left. */
	hover(at: Point | undefined): void;
	/** Whether something is being dragged. */
	drag(is: boolean): void;
}

/** A finger that moves less has tapped. */
const SLOP = { mouse: 4, touch: 10 };
const TAP_MS = 700;
/** What was moved in the last moments is the speed of a fling. */
const FLING_MS = 80;
const FLING_FROM = 0.15;
const LINE = 16;
const PAGE = 400;

interface Finger {
	at: Point;
	start: Point;
	since: number;
	by: By;
}

export class Gestures {
	private readonly fingers = new Map<number, Finger>();
	private readonly trail: { at: Point; when: number }[] = [];
	private readonly stopping = new AbortController();
	private dragging = false;
	/** A second finger was there: no tap comes of this any more. */
	private crowded = false;

	constructor(
		private readonly canvas: HTMLCanvasElement,
		private readonly told: Told,
	) {
		const { signal } = this.stopping;
		const on = <K extends keyof HTMLElementEventMap>(
			name: K,
			what: (event: HTMLElementEventMap[K]) => void,
		) => canvas.addEventListener(name, what, { signal, passive: false });
		on("pointerdown", (event) => this.down(event));
		on("pointermove", (event) => this.move(event));
		on("pointerup", (event) => this.up(event, true));
		on("pointercancel", (event) => this.up(event, false));
		on("pointerleave", () => told.hover(undefined));
		on("wheel", (event) => this.wheel(event));
	}

	destroy(): void {
		this.stopping.abort();
	}

	private pointOf(event: MouseEvent): Point {
		const box = this.canvas.getBoundingClientRect();
		return { x: event.clientX - box.left, y: event.clientY - box.top };
	}

	private down(event: PointerEvent): void {
		if (event.button !== 0 || this.fingers.size === 2) return;
		const at = this.pointOf(event);
		this.told.stop();
		this.canvas.setPointerCapture(event.pointerId);
		this.fingers.set(event.pointerId, {
			at,
			start: at,
			since: event.timeStamp,
			by: event.pointerType === "touch" ? "touch" : "mouse",
		});
		this.crowded = this.fingers.size > 1;
		this.trail.length = 0;
	}

	private move(event: PointerEvent): void {
		const finger = this.fingers.get(event.pointerId);
		const at = this.pointOf(event);
		if (finger === undefined) {
			if (event.pointerType === "mouse") this.told.hover(at);
			return;
		}
		const other = [...this.fingers.values()].find((one) => one !== finger);
		if (other !== undefined)
			this.told.pinch([finger.at, other.at], [at, other.at]);
		else this.dragTo(finger, at, event.timeStamp);
		if (this.dragging || other !== undefined) finger.at = at;
	}

	private dragTo(finger: Finger, at: Point, when: number): void {
		const far = Math.hypot(at.x - finger.start.x, at.y - finger.start.y);
		if (!this.dragging && !this.crowded && far < SLOP[finger.by]) return;
		if (!this.dragging) {
			this.dragging = true;
			this.told.hover(undefined);
			this.told.drag(true);
		}
		this.told.pan(at.x - finger.at.x, at.y - finger.at.y);
		this.trail.push({ at, when });
	}

	private up(event: PointerEvent, lifted: boolean): void {
		const finger = this.fingers.get(event.pointerId);
		if (finger === undefined) return;
		this.fingers.delete(event.pointerId);
		if (this.fingers.size > 0) return;
		const still = !this.dragging && !this.crowded;
		if (this.dragging) this.told.drag(false);
		if (this.dragging && lifted) this.fling(event.timeStamp);
		this.dragging = this.crowded = false;
		if (still && lifted && event.timeStamp - finger.since < TAP_MS)
			this.told.tap(this.pointOf(event), finger.by);
	}

	private fling(now: number): void {
		const recent = this.trail.filter(({ when }) => now - when < FLING_MS);
		const first = recent[0];
		const last = recent[recent.length - 1];
		if (first === undefined || last === undefined) return;
		const passed = Math.max(last.when - first.when, 1);
		const vx = (last.at.x - first.at.x) / passed;
		const vy = (last.at.y - first.at.y) / passed;
		if (Math.hypot(vx, vy) > FLING_FROM) this.told.fling(vx, vy);
	}

	private wheel(event: WheelEvent): void {
		event.preventDefault();
		const unit = [1, LINE, PAGE][event.deltaMode] ?? 1;
		/* A trackpad's pinch comes as small steps with ctrl. */
		const speed = event.ctrlKey ? 0.01 : 0.0016;
		const step = Math.min(Math.max(event.deltaY * unit, -300), 300);
		this.told.wheel(this.pointOf(event), Math.exp(-step * speed));
	}
}

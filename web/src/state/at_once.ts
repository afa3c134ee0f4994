// SPDX-License-Identifier: BSD-2-Clause
//
// at_once - seats that are tapped are held at once
//
// What is wished last is what counts: while a request is under way no other is
// made, and then one for what was wished meanwhile. Seats that are held already
// are changed in one step, so that none is lost on the way. Where holding fails for
// any reason but that somebody was faster, nothing more is tried: what is picked
// stays picked, and the way on asks for it (holding.ts).
//
// Layer: state.  Uses: api.
import type { Hold, WantSeats } from "../api/calls";
import { Problem } from "../api/client";

/** Seats that somebody wishes; no seats: none. */
export interface Wish {
	seats: readonly number[];
	want: WantSeats | undefined;
}

const NONE: Wish = { seats: [], want: undefined };

export interface AtOnceWorld {
	/** The running hold of seats here, if there is one. */
	find(): Promise<Hold | undefined>;
	place(want: WantSeats): Promise<Hold>;
	change(hold: Hold, want: WantSeats): Promise<Hold>;
	drop(hold: Hold): Promise<void>;
	/** For this buyer these are free: they are his, or asked for. */
	mine(seats: readonly number[]): void;
	/** One that was there when we came; what other tabs do, they tell themselves. */
	found(hold: Hold): void;
	/** Somebody else has these. */
	lost(seats: number[]): void;
}

/** Whether the hold is over, so that a new one may be placed. */
function isOver(failure: unknown): boolean {
	return failure instanceof Problem && ["hold-expired", "hold-lost", "not-found"].includes(failure.slug);
}

function conflictsOf(failure: unknown): number[] | undefined {
	if (!(failure instanceof Problem) || failure.slug !== "seat-taken") return undefined;
	return failure.document.conflicts?.map((one) => one.seat_id);
}

export class AtOnce {
	private hold: Hold | undefined;
	/** What the hold was placed or changed for; undefined: not by us. */
	private made: Wish | undefined;
	private wished: Wish | undefined;
	/** Whether what is held here may have changed without us. */
	private unsure = true;
	private looked = false;
	private running: Promise<void> | undefined;
	private failed = false;
	private closed = false;

	constructor(private readonly world: AtOnceWorld) {
		this.run();
	}

	/** No answer is told any more. */
	close(): void {
		this.closed = true;
	}

	/** Another tab may have changed what is held, or its time is over. */
	lookAgain(): void {
		this.unsure = true;
		this.wished = undefined;
		this.run();
	}

	wish(seats: readonly number[], want: WantSeats | undefined): void {
		this.wished = seats.length === 0 ? NONE : { seats, want };
		this.run();
	}

	/** When nothing is under way. returns: whether the last wish is what is held */
	async settled(): Promise<boolean> {
		await this.running;
		return this.isHeld;
	}

	private get isHeld(): boolean {
		const { wished, made, hold } = this;
		if (this.failed || wished === undefined) return false;
		if (wished.want === undefined) return hold === undefined;
		return hold !== undefined && made !== undefined && same(made, wished);
	}

	private run(): void {
		if (this.running !== undefined || this.failed) return;
		this.running = this.work().finally(() => {
			this.running = undefined;
		});
	}

	/** Until what is wished is what is held. */
	private async work(): Promise<void> {
		try {
			for (;;) {
				if (this.unsure) await this.look();
				else if (this.wished === undefined || this.isHeld) return;
				else await this.step(this.wished);
			}
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			/* They may be ours by now. */
			this.tellMine(this.wished?.seats ?? []);
			this.failed = true;
		}
	}

	private async look(): Promise<void> {
		const hold = await this.world.find();
		const first = !this.looked;
		this.looked = true;
		this.unsure = false;
		this.made = undefined;
		this.hold = hold;
		this.tellMine([]);
		if (hold !== undefined && first && this.wished === undefined && !this.closed) this.world.found(hold);
	}

	private async step(wish: Wish): Promise<void> {
		const { hold, world } = this;
		this.tellMine(wish.seats);
		try {
			if (wish.want === undefined) {
				if (hold !== undefined) await world.drop(hold);
				this.hold = undefined;
			} else this.hold = await (hold === undefined ? world.place(wish.want) : world.change(hold, wish.want));
			this.made = wish;
		} catch (failure) {
			this.refused(wish, hold, failure);
		}
		this.tellMine([]);
	}

	/** Nothing has changed. A wish that was refused is not wished any more. */
	private refused(wish: Wish, hold: Hold | undefined, failure: unknown): void {
		const conflicts = conflictsOf(failure);
		if (conflicts !== undefined) {
			if (this.wished === wish) this.wished = undefined;
			this.tellMine([]);
			if (!this.closed) this.world.lost(conflicts);
		} else if (hold !== undefined && isOver(failure)) this.hold = undefined;
		else throw failure;
	}

	/** What is held, and what is asked for beside it. */
	private tellMine(asked: readonly number[]): void {
		if (!this.closed) this.world.mine([...new Set([...(this.hold?.seat_ids ?? []), ...asked])]);
	}
}

function same(one: Wish, other: Wish): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}

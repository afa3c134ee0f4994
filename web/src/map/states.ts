// SPDX-License-Identifier: BSD-2-Clause
//
// states - the state of every seat, as the map and the feed tell it
//
// States are absolute: what comes later wins, and saying it twice changes
// nothing. Who says how new it is, and what to drop, is state/live.
//
// Layer: map.  Uses: wire.
import type { FeedSeats, SeatChanges, SeatMap } from "./wire";

export const AVAILABLE = 65; /* A */
const LETTERS = /^[AHPRCBD]$/;

export class SeatStates {
	/** Letters as character codes, by seat_id - 1; 0: not known yet. */
	readonly letters: Uint8Array;
	/** What is left of sections that say so, by section_id. */
	readonly left = new Map<number, number>();

	constructor(n: number) {
		this.letters = new Uint8Array(n);
	}

	isFree(seat: number): boolean {
		return this.letters[seat] === AVAILABLE;
	}

	/** Take a whole map, or what changed. returns: the seats that changed */
	set(said: SeatMap | SeatChanges): number[] {
		const changed: number[] = [];
		if ("statuses" in said) {
			for (let i = 0; i < this.letters.length; i++)
				this.put(i, said.statuses.charCodeAt(i) || 0, changed);
			return changed;
		}
		for (const { seat_id, status } of said.changes)
			this.put(seat_id - 1, status.charCodeAt(0), changed);
		for (const { section_id, remaining } of said.sections ?? [])
			this.left.set(section_id, remaining);
		return changed;
	}

	/** Take an event of the feed. returns: the seats that changed */
	apply(event: FeedSeats): number[] {
		const changed: number[] = [];
		for (const [name, value] of Object.entries(event)) {
			if (Array.isArray(value) && LETTERS.test(name))
				for (const id of value as number[])
					this.put(id - 1, name.charCodeAt(0), changed);
			else if (name === "sections")
				for (const [id, left] of Object.entries(value))
					this.left.set(Number(id), left as number);
		}
		return changed;
	}

	/** As getSeats would answer it. */
	text(): string {
		let text = "";
		for (let i = 0; i < this.letters.length; i += 8192)
			text += String.fromCharCode(...this.letters.subarray(i, i + 8192));
		return text;
	}

	private put(seat: number, letter: number, changed: number[]): void {
		if (seat < 0 || seat >= this.letters.length) return;
		if (this.letters[seat] === letter) return;
		this.letters[seat] = letter;
		changed.push(seat);
	}
}

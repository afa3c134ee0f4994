// SPDX-License-Identifier: BSD-2-Clause
//
// line_watch - a place in the line in front of a performance, kept and looked at
//
// The server says when to ask again. A ticket that is no good any more is
// given up for the place that the buyer has, which joining gives again; a
// network that fails is waited for, the place being the server's.
//
// Layer: state.  Uses: api.
import type { QueuePlace } from "../api/calls";
import { Problem } from "../api/client";

export interface LineSource {
	join(): Promise<QueuePlace>;
	poll(ticket: string): Promise<QueuePlace>;
	leave(ticket: string): Promise<void>;
}

export interface LineTold {
	/** Where he stands; undefined: in no line that we know of. */
	place(place: QueuePlace | undefined): void;
	/** The ticket from now on; undefined: none. */
	ticket(ticket: string | undefined): void;
	/** Asking failed, and is tried again; undefined: no more. */
	failed(problem: Problem | undefined): void;
}

const AGAIN_S = 5;

/** Whether there is anything to wait for. */
export function isMoving(place: QueuePlace): boolean {
	return ["lobby", "waiting", "admitted"].includes(place.state);
}

export class LineWatch {
	private timer: number | undefined;
	private asking = false;
	/** Answers to what was asked before are not for us. */
	private turn = 0;

	/** ticket undefined: he has not joined. */
	constructor(
		private readonly source: LineSource,
		private readonly told: LineTold,
		private ticket: string | undefined,
	) {}

	/** Look where he stands, at once. */
	look(): void {
		const { ticket } = this;
		if (ticket !== undefined) void this.ask(() => this.source.poll(ticket));
	}

	/** What is being asked has no say any more. returns: his place; undefined: it
	 * was refused */
	join(): Promise<QueuePlace | undefined> {
		this.close();
		return this.ask(() => this.source.join());
	}

	async leave(): Promise<void> {
		const { ticket } = this;
		this.close();
		this.has(undefined);
		this.told.place(undefined);
		if (ticket !== undefined) await this.source.leave(ticket);
	}

	/** Ask no more. */
	close(): void {
		this.turn++;
		this.asking = false;
		clearTimeout(this.timer);
	}

	private async ask(
		how: () => Promise<QueuePlace>,
	): Promise<QueuePlace | undefined> {
		if (this.asking) return undefined;
		const turn = this.turn;
		this.asking = true;
		clearTimeout(this.timer);
		try {
			const place = await how();
			if (turn !== this.turn) return undefined;
			this.asking = false;
			this.take(place);
			return place;
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			if (turn !== this.turn) return undefined;
			this.asking = false;
			this.refused(failure);
			return undefined;
		}
	}

	private take(place: QueuePlace): void {
		this.told.failed(undefined);
		if (place.queue_token !== undefined) this.has(place.queue_token);
		if (!isMoving(place)) this.has(undefined);
		this.told.place(place);
		if (isMoving(place) && this.ticket !== undefined)
			this.later(place.poll_after);
	}

	private has(ticket: string | undefined): void {
		if (ticket === this.ticket) return;
		this.ticket = ticket;
		this.told.ticket(ticket);
	}

	private refused(problem: Problem): void {
		if (problem.slug === "queue-pass-required") {
			this.has(undefined);
			this.told.place(undefined);
			return;
		}
		this.told.failed(problem);
		if (this.ticket !== undefined && mayPass(problem))
			this.later(Math.max(AGAIN_S, problem.retryAfterS));
	}

	private later(seconds: number): void {
		clearTimeout(this.timer);
		this.timer = setTimeout(
			() => this.look(),
			seconds * 1000,
		) as unknown as number;
	}
}

/** Whether the same question may have another answer soon. */
function mayPass(problem: Problem): boolean {
	return problem.status === 0 || problem.status === 429 || problem.status >= 500;
}

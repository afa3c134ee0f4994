// SPDX-License-Identifier: BSD-2-Clause
//
// live_stream - one tab's way of knowing what changes in a performance's seats
//
// The map is read once; then a stream says what changes. Where there is no
// stream, or it says that it knows nothing now, the map is asked for again and
// again. The rules are those of followSeats in the API's document.
//
// Layer: state.  Uses: map.
import { isNewer } from "../map/version";
import type { FeedSeats, SeatChanges, SeatMap } from "../map/wire";

export interface SeatsQuery {
	since?: string;
	min_version?: string;
}

export interface LiveSource {
	/** Where the stream is; null: there is none. */
	feedUrl: string | null;
	/** Whether the hall is so large that only changes are asked for. */
	large: boolean;
	readSeats(query: SeatsQuery): Promise<SeatMap | SeatChanges>;
	/** What is left of sections without seats; undefined: there are none. */
	readLeft?: (() => Promise<ReadonlyMap<number, number>>) | undefined;
}

/** live: the stream tells; asking: we ask; over: the sale has ended. */
export type LiveStatus = "live" | "asking" | "over";

export interface LiveTold {
	/** A map or changes, to be taken as they are. */
	took(said: SeatMap | SeatChanges): void;
	/** version is that of the map from then on; undefined: it is not known. */
	changed(event: FeedSeats, version: string | undefined): void;
	status(status: LiveStatus): void;
}

/** What of the browser is used. */
export interface LiveWorld {
	openStream(url: string): EventSource;
	/** 0 to 1. */
	random(): number;
}

const ASK_MS = [2_000, 10_000] as const;
const REOPEN_MS = [10_000, 40_000] as const;
const CLOSED = 2;

interface Kept {
	event: FeedSeats;
	version: string;
}

export class LiveStream {
	private stream: EventSource | undefined;
	private asking: number | undefined;
	private reopening: number | undefined;
	/** The map has to be read: what the stream has said since is kept. */
	private resync: { timer: number; kept: Kept[] } | undefined;
	private over = false;

	/** version: of the map that one has; "": none. */
	constructor(
		private readonly source: LiveSource,
		private readonly told: LiveTold,
		private readonly world: LiveWorld,
		private version: string,
	) {}

	start(): void {
		if (this.version === "") void this.ask();
		else this.connect();
	}

	close(): void {
		this.over = true;
		this.stream?.close();
		clearTimeout(this.asking);
		clearTimeout(this.reopening);
		clearTimeout(this.resync?.timer);
	}

	private after(least: number, most: number, what: () => void): number {
		const wait = least + (most - least) * this.world.random();
		return setTimeout(what, wait) as unknown as number;
	}

	// ---- asking ----

	/** Ask again and again from now on. */
	private askOn(): void {
		if (this.over || this.asking !== undefined) return;
		this.told.status("asking");
		this.askLater();
	}

	private askLater(): void {
		this.asking = this.after(...ASK_MS, () => void this.ask());
	}

	private askNoMore(): void {
		clearTimeout(this.asking);
		this.asking = undefined;
	}

	private async ask(): Promise<void> {
		const first = this.version === "";
		const since = this.source.large && !first;
		try {
			await this.read(since ? { since: this.version } : {});
		} catch {
			/* It is asked again. */
		}
		if (this.over) return;
		if (first && this.version !== "") {
			this.askNoMore();
			this.connect();
		} else if (first || this.asking !== undefined) this.askLater();
	}

	/** Ask, and take what is newer. */
	private async read(query: SeatsQuery): Promise<void> {
		const said = await this.source.readSeats(query);
		if (this.over || this.resync !== undefined) return;
		if (!isNewer(said.version, this.version)) return;
		await this.take(said);
	}

	private async take(said: SeatMap | SeatChanges): Promise<void> {
		this.version = said.version;
		this.told.took(said);
		if (!("statuses" in said) || this.source.readLeft === undefined) return;
		const left = await this.source.readLeft();
		if (!this.over)
			this.told.changed({ sections: Object.fromEntries(left) }, undefined);
	}

	// ---- the stream ----

	private connect(): void {
		if (this.over) return;
		if (this.source.feedUrl === null) {
			this.askOn();
			return;
		}
		const since = encodeURIComponent(this.version);
		const stream = this.world.openStream(
			`${this.source.feedUrl}?since=${since}`,
		);
		this.stream = stream;
		const on = (name: string, what: (event: MessageEvent<string>) => void) =>
			stream.addEventListener(name, (event) => {
				if (this.stream === stream && !this.over)
					what(event as MessageEvent<string>);
			});
		on("open", () => this.isOpen());
		on("seats", ({ lastEventId, data }) =>
			this.seats(lastEventId, JSON.parse(data) as FeedSeats),
		);
		on("resync", ({ lastEventId, data }) =>
			this.readAnew(
				lastEventId,
				(JSON.parse(data) as { within_ms: number }).within_ms,
			),
		);
		on("pause", () => this.askOn());
		on("end", () => this.end());
		on("error", () => this.failed(stream));
	}

	private isOpen(): void {
		this.askNoMore();
		this.told.status("live");
	}

	private seats(id: string, event: FeedSeats): void {
		if (!isNewer(id, this.version)) return;
		if (this.resync !== undefined) {
			/* Shown at once; but before it something may be missing. */
			this.resync.kept.push({ event, version: id });
			this.told.changed(event, undefined);
			return;
		}
		this.version = id;
		this.told.changed(event, id);
	}

	private readAnew(id: string, withinMs: number): void {
		this.askNoMore();
		this.told.status("live");
		clearTimeout(this.resync?.timer);
		const job = { timer: 0, kept: this.resync?.kept ?? [] };
		this.resync = job;
		job.timer = this.after(0, withinMs, () => void this.resyncNow(id, job));
	}

	private async resyncNow(
		id: string,
		job: { timer: number; kept: Kept[] },
	): Promise<void> {
		try {
			const said = await this.source.readSeats({ min_version: id });
			/* Another resync, which is newer, has its own turn. */
			if (this.over || this.resync !== job) return;
			this.resync = undefined;
			const left = this.take(said);
			for (const { event, version } of job.kept) this.seats(version, event);
			await left;
		} catch {
			if (this.over || this.resync !== job) return;
			job.timer = this.after(...ASK_MS, () => void this.resyncNow(id, job));
		}
	}

	private end(): void {
		this.close();
		this.told.status("over");
	}

	/** Either the browser tries again by itself, or it has given up: then the
	 * stream was refused, and nobody says why. */
	private failed(stream: EventSource): void {
		this.askOn();
		if (stream.readyState !== CLOSED) return;
		this.stream = undefined;
		clearTimeout(this.reopening);
		this.reopening = this.after(...REOPEN_MS, () => this.connect());
	}
}

// SPDX-License-Identifier: BSD-2-Clause
//
// live - the seats of a performance as they change, in all tabs by one stream
//
// One tab leads: who has the Web Lock. It reads and follows, and tells the
// others by BroadcastChannel. Who comes asks the leader for its map. A leader
// that does not answer a tab that is looked at has lost its lock to it: browsers
// put tabs to sleep. Where there are no locks each tab leads itself.
//
// Layer: state.  Uses: live_stream, map.
import { SeatStates } from "../map/states";
import { isNewer } from "../map/version";
import type { FeedSeats, SeatChanges, SeatMap } from "../map/wire";
import {
	LiveStream,
	type LiveSource,
	type LiveStatus,
	type LiveWorld,
} from "./live_stream";

export interface LiveOptions extends LiveSource {
	performance: number;
	seatCount: number;
	/** A map or changes, for HallMap.setStates. */
	onStates(said: SeatMap | SeatChanges): void;
	/** An event, for HallMap.apply. */
	onEvent(event: FeedSeats): void;
	onStatus(status: LiveStatus): void;
}

export interface LiveTabs {
	locks: LockManager | undefined;
	openChannel: ((name: string) => BroadcastChannel) | undefined;
	isVisible(): boolean;
	/** returns: what ends it */
	whenVisible(what: () => void): () => void;
}

type Message =
	| { kind: "hello" }
	| { kind: "whole"; map: SeatMap; left: [number, number][] }
	| { kind: "took"; said: SeatMap | SeatChanges }
	| { kind: "changed"; event: FeedSeats; version: string | undefined }
	| { kind: "status"; status: LiveStatus };

const SILENCE_MS = 1_500;

/** The browser's own. */
export const browser: LiveWorld & LiveTabs = {
	openStream: (url) => new EventSource(url),
	random: () => Math.random(),
	/* Only where the page is secure. */
	locks: (globalThis.navigator as { locks?: LockManager } | undefined)?.locks,
	openChannel:
		"BroadcastChannel" in globalThis
			? (name) => new BroadcastChannel(name)
			: undefined,
	isVisible: () => !document.hidden,
	whenVisible(what) {
		const seen = () => {
			if (!document.hidden) what();
		};
		document.addEventListener("visibilitychange", seen);
		return () => document.removeEventListener("visibilitychange", seen);
	},
};

export class Live {
	readonly states: SeatStates;
	private version = "";
	private status: LiveStatus = "asking";
	/** While this tab leads. */
	private stream: LiveStream | undefined;
	private channel: BroadcastChannel | undefined;
	private readonly closing = new AbortController();
	private stopWatching: () => void = () => undefined;
	/** Gives the lock back. */
	private resign: () => void = () => undefined;
	/** Whether we stand in the line for the lock. */
	private queued = false;
	private silence: number | undefined;

	constructor(
		private readonly options: LiveOptions,
		private readonly world: LiveWorld & LiveTabs = browser,
	) {
		this.states = new SeatStates(options.seatCount);
		if (world.locks === undefined || world.openChannel === undefined) {
			this.lead();
			return;
		}
		this.channel = world.openChannel(this.name);
		this.channel.onmessage = ({ data }) => this.hear(data as Message);
		this.stopWatching = world.whenVisible(() => this.hello());
		this.stand();
		this.hello();
	}

	close(): void {
		this.closing.abort();
		clearTimeout(this.silence);
		this.stopWatching();
		this.stepDown();
		this.channel?.close();
	}

	private get name(): string {
		return `bo-live-${this.options.performance}`;
	}

	// ---- who leads ----

	/** Lead as soon as nobody does. */
	private stand(): void {
		if (this.queued) return;
		this.queued = true;
		this.hold({ signal: this.closing.signal }, () => {
			this.queued = false;
		});
	}

	/** Lead at once, in place of who does. */
	private steal(): void {
		this.hold({ steal: true }, () => undefined);
	}

	private hold(how: LockOptions, begun: () => void): void {
		const led = this.world.locks!.request(this.name, how, () => {
			begun();
			if (this.closing.signal.aborted) return undefined;
			this.lead();
			return new Promise<void>((done) => {
				this.resign = done;
			});
		});
		led.catch(() => {
			/* Closed while standing in line, or somebody has stolen the lock. */
			if (this.closing.signal.aborted || this.stream === undefined) return;
			this.stepDown();
			this.stand();
		});
	}

	private lead(): void {
		clearTimeout(this.silence);
		if (this.stream !== undefined) return;
		this.stream = new LiveStream(
			this.options,
			{
				took: (said) => {
					this.took(said);
					this.say({ kind: "took", said });
				},
				changed: (event, version) => {
					this.changed(event, version);
					this.say({ kind: "changed", event, version });
				},
				status: (status) => {
					this.is(status);
					this.say({ kind: "status", status });
				},
			},
			this.world,
			this.version,
		);
		this.stream.start();
	}

	private stepDown(): void {
		this.stream?.close();
		this.stream = undefined;
		this.resign();
		this.resign = () => undefined;
	}

	// ---- tabs ----

	private say(message: Message): void {
		this.channel?.postMessage(message);
	}

	/** Ask whoever leads for the map. */
	private hello(): void {
		if (this.stream !== undefined) return;
		this.say({ kind: "hello" });
		clearTimeout(this.silence);
		this.silence = setTimeout(() => {
			if (this.stream === undefined && this.world.isVisible())
				this.steal();
		}, SILENCE_MS) as unknown as number;
	}

	private hear(message: Message): void {
		if (this.stream !== undefined) {
			if (message.kind === "hello") this.answer();
			return;
		}
		if (message.kind === "hello") return;
		/* Somebody leads. */
		clearTimeout(this.silence);
		switch (message.kind) {
			case "whole":
				this.took(message.map);
				this.changed({ sections: Object.fromEntries(message.left) }, undefined);
				break;
			case "took":
				if ("statuses" in message.said || this.version !== "")
					this.took(message.said);
				break;
			case "changed":
				if (this.version === "") break;
				if (
					message.version === undefined ||
					isNewer(message.version, this.version)
				)
					this.changed(message.event, message.version);
				break;
			case "status":
				this.is(message.status);
		}
	}

	/** The leader has no map yet: then it says so when it has. */
	private answer(): void {
		this.say({ kind: "status", status: this.status });
		if (this.version === "") return;
		this.say({
			kind: "whole",
			map: { version: this.version, statuses: this.states.text() },
			left: [...this.states.left],
		});
	}

	// ---- what is known ----

	private took(said: SeatMap | SeatChanges): void {
		this.version = said.version;
		this.states.set(said);
		this.options.onStates(said);
	}

	private changed(event: FeedSeats, version: string | undefined): void {
		if (version !== undefined) this.version = version;
		this.states.apply(event);
		this.options.onEvent(event);
	}

	private is(status: LiveStatus): void {
		if (status === this.status) return;
		this.status = status;
		this.options.onStatus(status);
	}
}

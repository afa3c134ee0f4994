// SPDX-License-Identifier: BSD-2-Clause
// A browser for tests of live: streams, locks and channels that a test moves.
import type { LiveTabs } from "./live";
import type { LiveWorld } from "./live_stream";

export class FakeStream extends EventTarget {
	static all: FakeStream[] = [];
	readyState = 0;

	constructor(readonly url: string) {
		super();
		FakeStream.all.push(this);
	}

	close(): void {
		this.readyState = 2;
	}

	opens(): void {
		this.readyState = 1;
		this.dispatchEvent(new Event("open"));
	}

	/** The browser tries again by itself. */
	breaks(): void {
		this.readyState = 0;
		this.dispatchEvent(new Event("error"));
	}

	/** Any status but 200. */
	isRefused(): void {
		this.readyState = 2;
		this.dispatchEvent(new Event("error"));
	}

	says(name: string, id: string, data: unknown = {}): void {
		const event = new MessageEvent(name, {
			data: JSON.stringify(data),
			lastEventId: id,
		});
		this.dispatchEvent(event);
	}
}

export const lastStream = (): FakeStream =>
	FakeStream.all[FakeStream.all.length - 1]!;

interface Wait {
	run: () => unknown;
	fail: (why: Error) => void;
}

/** One lock; its line, and who holds it. */
export class FakeLocks {
	private line: Wait[] = [];
	private holder: Wait | undefined;

	request(
		_name: string,
		how: { signal?: AbortSignal; steal?: boolean },
		run: () => unknown,
	): Promise<unknown> {
		return new Promise((done, fail) => {
			const wait: Wait = {
				fail,
				run: () =>
					Promise.resolve(run()).then((value) => {
						if (this.holder === wait) this.holder = undefined;
						done(value);
						this.next();
					}),
			};
			how.signal?.addEventListener("abort", () => {
				this.line = this.line.filter((one) => one !== wait);
				if (this.holder !== wait) fail(new Error("AbortError"));
			});
			if (how.steal === true) {
				this.holder?.fail(new Error("AbortError"));
				this.holder = undefined;
				this.line.unshift(wait);
			} else this.line.push(wait);
			this.next();
		});
	}

	private next(): void {
		if (this.holder !== undefined) return;
		this.holder = this.line.shift();
		const { holder } = this;
		if (holder !== undefined) void Promise.resolve().then(() => holder.run());
	}
}

export class FakeChannels {
	private readonly all = new Set<FakeChannel>();
	open = (): BroadcastChannel => {
		const channel = new FakeChannel(this.all);
		this.all.add(channel);
		return channel as unknown as BroadcastChannel;
	};
}

class FakeChannel {
	onmessage: ((event: { data: unknown }) => void) | null = null;
	/** Its tab has been put to sleep. */
	asleep = false;

	constructor(private readonly all: Set<FakeChannel>) {}

	postMessage(data: unknown): void {
		const copy: unknown = structuredClone(data);
		for (const other of this.all)
			if (other !== this)
				void Promise.resolve().then(() => {
					if (!other.asleep) other.onmessage?.({ data: copy });
				});
	}

	close(): void {
		this.all.delete(this);
	}
}

export interface FakeTab extends LiveWorld, LiveTabs {
	visible: boolean;
	/** It is looked at. */
	comesUp(): void;
	sleeps(): void;
}

export function givenTab(locks: FakeLocks, channels: FakeChannels): FakeTab {
	const seen: (() => void)[] = [];
	let channel: FakeChannel | undefined;
	return {
		visible: true,
		openStream: (url) => new FakeStream(url) as unknown as EventSource,
		random: () => 0.5,
		locks: locks as unknown as LockManager,
		openChannel: () => {
			const opened = channels.open();
			channel = opened as unknown as FakeChannel;
			return opened;
		},
		isVisible() {
			return this.visible;
		},
		whenVisible(what) {
			seen.push(what);
			return () => seen.splice(seen.indexOf(what), 1);
		},
		comesUp() {
			this.visible = true;
			for (const what of seen) what();
		},
		sleeps() {
			this.visible = false;
			channel!.asleep = true;
		},
	};
}

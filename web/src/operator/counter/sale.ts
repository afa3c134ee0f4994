// SPDX-License-Identifier: BSD-2-Clause
//
// sale - one sale after the other, by keys: seats, Enter, and how it is paid
//
// Keys that come while the server is asked wait for its answer: who types ahead
// loses none.
//
// Layer: operator.  Uses: api.
import { Problem } from "../../api/client";
import type { Hold } from "../../api/calls";
import type { HouseCode } from "../calls";
import type { Command } from "./command";

export type Method = "cash" | "terminal" | "complimentary";
export type Step = "seats" | "kept" | "pay" | "slip" | "reason" | "name";
/** What single keys answer; elsewhere they write. */
export const isAnswered = (step: Step): boolean => step === "pay" || step === "kept";

/** How it is paid, and for whom. */
export interface Paid {
	method: Method;
	slip?: string;
	reason?: string;
	name?: string;
}

/** What was sold, as it is told. */
export interface Sold {
	number: string;
	seats: number;
	amount: number;
	currency: string;
}

export type Wanted = Exclude<Command, { wrong: unknown }>;
export type Wrong = Extract<Command, { wrong: unknown }> | { wrong: "kept"; word: string };

export interface Shop {
	read(text: string): Command;
	/** code: of the house, where they are sold to whom it keeps them for. */
	hold(what: Wanted, code?: string): Promise<Hold>;
	/** The code that keeps all of these; undefined: they are not kept. */
	keeper(seats: readonly number[]): Promise<HouseCode | "several" | undefined>;
	sell(hold: Hold, paid: Paid): Promise<Sold>;
	drop(hold: Hold): Promise<void>;
}

export interface Sale {
	step: Step;
	text: string;
	name: string;
	busy: boolean;
	hold?: Hold;
	/** For whom what was asked for is kept; at the step "kept". */
	keeper?: HouseCode;
	wrong?: Wrong;
	problem?: Problem;
	sold?: Sold;
	/** How many sales there were. */
	n: number;
}

const fresh: Sale = { step: "seats", text: "", name: "", busy: false, n: 0 };

/** A text without what is empty. */
const some = (name: "slip" | "reason" | "name", text: string) =>
	text.trim() === "" ? {} : { [name]: text.trim() };

/** changed is told of each state that is to be seen. */
export function selling(shop: Shop, changed: (sale: Sale) => void) {
	const ahead: string[] = [];
	let sale = fresh;

	/** To another step; what was wrong is over. */
	const become = (next: Partial<Sale>) => {
		const { wrong: _wrong, problem: _problem, keeper: _keeper, ...rest } = sale;
		sale = { ...rest, ...next };
		changed(sale);
	};
	/** The next customer. */
	const anew = (next: Partial<Sale>) => {
		sale = { ...fresh, n: sale.n };
		become(next);
	};

	async function during(work: () => Promise<void>): Promise<void> {
		become({ busy: true });
		try {
			await work();
			if (sale.busy) become({ busy: false });
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			// What was meant for what did not come would do something else.
			ahead.length = 0;
			// A hold that is over, or sold by an answer that was lost, is no hold.
			if (failure.status === 410 || failure.slug === "hold-paid") anew({ problem: failure });
			else become({ busy: false, problem: failure });
		}
		while (!sale.busy) {
			const key = ahead.shift();
			if (key === undefined) break;
			act(key);
		}
	}

	function hold(): void {
		const what = shop.read(sale.text);
		if (sale.text.trim() === "") return;
		if ("wrong" in what) {
			ahead.length = 0;
			become({ wrong: what });
			return;
		}
		void during(async () => {
			try {
				become({ step: "pay", text: "", hold: await shop.hold(what) });
			} catch (failure) {
				if (!(failure instanceof Problem) || failure.slug !== "seat-taken" || !("seats" in what)) throw failure;
				const keeper = await shop.keeper(what.seats);
				if (keeper === undefined) throw failure;
				ahead.length = 0;
				become({ busy: false, ...(keeper === "several" ? { wrong: { wrong: "kept", word: sale.text } } : { step: "kept", keeper }) });
			}
		});
	}

	/** They are sold to whom they are kept for. */
	function holdKept(): void {
		const [what, code] = [shop.read(sale.text), sale.keeper?.code];
		if ("wrong" in what) return;
		// Refused, one is where one was before.
		become({ step: "seats" });
		void during(async () => become({ step: "pay", text: "", hold: await shop.hold(what, code) }));
	}

	function sell(paid: Paid): void {
		const held = sale.hold;
		if (held === undefined) return;
		void during(async () => {
			const sold = await shop.sell(held, { ...paid, ...some("name", sale.name) });
			anew({ sold, n: sale.n + 1, busy: true });
		});
	}

	function drop(): void {
		const held = sale.hold;
		if (held === undefined) return;
		void during(async () => {
			await shop.drop(held);
			anew({ busy: true });
		});
	}

	const paying: Record<string, () => void> = {
		Enter: () => sell({ method: "cash" }),
		c: () => sell({ method: "cash" }),
		t: () => become({ step: "slip", text: "" }),
		g: () => become({ step: "reason", text: "" }),
		n: () => become({ step: "name", text: sale.name }),
		Escape: drop,
	};
	const kept: Record<string, () => void> = {
		y: holdKept,
		Escape: () => become({ step: "seats" }),
	};
	const entered: Record<Exclude<Step, "pay" | "kept">, () => void> = {
		seats: hold,
		slip: () => sell({ method: "terminal", ...some("slip", sale.text) }),
		reason: () => sell({ method: "complimentary", ...some("reason", sale.text) }),
		name: () => become({ step: "pay", name: sale.text, text: "" }),
	};

	function act(key: string): void {
		if (sale.step === "pay") paying[key]?.();
		else if (sale.step === "kept") kept[key]?.();
		else if (key === "Enter") entered[sale.step]();
		else if (key === "Escape") become({ step: sale.hold === undefined ? "seats" : "pay", text: "" });
		else if (key === "Backspace") become({ text: sale.text.slice(0, -1) });
		else if ([...key].length === 1) become({ text: sale.text + key });
	}

	return {
		/** A key, now or when its turn comes. */
		press(key: string): void {
			if (sale.busy) ahead.push(key);
			else act(key);
		},
		/** What a field holds, as it was typed into it. */
		type(text: string): void {
			if (!sale.busy && !isAnswered(sale.step)) become({ text });
		},
		now: () => sale,
	};
}

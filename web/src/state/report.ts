// SPDX-License-Identifier: BSD-2-Clause
//
// report - mistakes of this page, told to who can mend them
//
// Each mistake once, and few of them: a page that is broken may break again
// and again. A report that cannot be sent is dropped.
//
// Layer: state.  Uses: api.
import { addClientLogs } from "../api/calls";

const REPORTS_MAX = 10;
/** The API takes no longer ones. */
const MESSAGE_MAX = 2_000;
const STACK_MAX = 2_500;

type Entry = Parameters<typeof addClientLogs>[0][number];

/** Whose tickets they are is nobody's business: numbers leave the address. */
export function placeOf(path: string): string {
	return path.replace(/([0-9A-Z]{4}-){3}[0-9A-Z]{4}/g, "NUMBER");
}

/** What reports mistakes. release: of the page; path: where one is. */
export function reporter(
	send: (entry: Entry) => void,
	release: string,
	path: () => string,
): (failure: unknown) => void {
	const told = new Set<string>();
	return (failure) => {
		const message = String(failure).slice(0, MESSAGE_MAX);
		if (told.has(message) || told.size >= REPORTS_MAX || message === "") return;
		told.add(message);
		const stack = failure instanceof Error ? (failure.stack ?? "") : "";
		send({
			level: "error",
			message,
			context: { path: placeOf(path()), stack: stack.slice(0, STACK_MAX) },
			at: new Date().toISOString(),
			release,
		});
	};
}

/** The name of our own file changes with what is in it. */
const release = import.meta.url.split(/[/?]/).pop()?.slice(0, 64) || "page";

export const report = reporter(
	(entry) => void addClientLogs([entry]).catch(() => undefined),
	release,
	() => location.pathname,
);

/** Whatever nobody catches, from now on. */
export function reportUncaught(): void {
	addEventListener("error", (event) => report(event.error ?? event.message));
	addEventListener("unhandledrejection", (event) => report(event.reason));
}

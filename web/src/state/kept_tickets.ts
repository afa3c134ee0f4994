// SPDX-License-Identifier: BSD-2-Clause
//
// kept_tickets - tickets that were seen once stay in this browser
//
// They are worth as much as paper would be, so they go when nobody is logged
// in. A browser that keeps nothing shows them while there is a network.
//
// Layer: state.  Uses: api.
import type { EntryTickets } from "../api/calls";

export interface Book {
	number: string;
	tickets: EntryTickets;
	/** SVG of each ticket's code, in their order */
	codes: string[];
	/** they are what was kept: the network failed */
	kept: boolean;
}

const STORE = "tickets";

function opened(): Promise<IDBDatabase> {
	return new Promise((done, failed) => {
		const request = indexedDB.open("boxoffice", 1);
		request.onupgradeneeded = () =>
			request.result.createObjectStore(STORE, { keyPath: "number" });
		request.onsuccess = () => done(request.result);
		request.onerror = () => failed(request.error ?? new Error("IndexedDB"));
	});
}

/** One step on what is kept; undefined where a browser keeps nothing. */
async function kept<T>(
	mode: IDBTransactionMode,
	step: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
	try {
		const database = await opened();
		return await new Promise((done, failed) => {
			const request = step(database.transaction(STORE, mode).objectStore(STORE));
			request.onsuccess = () => done(request.result);
			request.onerror = () => failed(request.error ?? new Error("IndexedDB"));
		});
	} catch {
		return undefined;
	}
}

export async function keepTickets(book: Book): Promise<void> {
	await kept("readwrite", (store) => store.put(book));
}

export async function recallTickets(number: string): Promise<Book | undefined> {
	return kept<Book | undefined>("readonly", (store) => store.get(number));
}

export async function forgetTickets(): Promise<void> {
	await kept("readwrite", (store) => store.clear());
}


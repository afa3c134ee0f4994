// SPDX-License-Identifier: BSD-2-Clause
//
// draw - the order of a lobby, computed anew from what is published of it
//
// The same as doc/draw.py and boxofficectl queue verify do, by the browser's
// own SHA-256: what is checked is that the house could not choose the order.
//
// Layer: state.  Uses: api.
import type { Draw } from "../api/calls";

const ID_BYTES = 16;
const AT_ONCE = 2_000;
const HEAD = "boxoffice draw 1\0";

export type Checked =
	| { place: number; count: number }
	/** Not drawn yet; what does not fit; not in the list. */
	| "not-yet"
	| "wrong-seed"
	| "wrong-list"
	| "wrong-beacon"
	| "not-there";

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(hex.length / 2);
	for (let i = 0; i < bytes.length; i++)
		bytes[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
	return bytes;
}

function hexOf(bytes: Uint8Array): string {
	return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
	return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
	const all = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}

/** Ids in their order, each once. */
function isSorted(ids: string): boolean {
	const step = 2 * ID_BYTES;
	for (let at = step; at < ids.length; at += step)
		if (ids.slice(at - step, at) >= ids.slice(at, at + step)) return false;
	return true;
}

/** The keys of some ids, in hex, by which they are ordered. */
function keysOf(head: Uint8Array, ids: Uint8Array): Promise<string[]> {
	const keys = [];
	for (let at = 0; at < ids.length; at += ID_BYTES)
		keys.push(sha256(joined(head, ids.subarray(at, at + ID_BYTES))).then(hexOf));
	return Promise.all(keys);
}

/** The place of an id, from the least key, or what is wrong with the draw. */
export async function checkDraw(draw: Draw, id: string): Promise<Checked> {
	if (draw.ids === null || draw.seed === null) return "not-yet";
	const [seed, ids] = [bytesOf(draw.seed), bytesOf(draw.ids)];
	const list = await sha256(ids);
	if (hexOf(await sha256(seed)) !== draw.seed_sha256) return "wrong-seed";
	if (hexOf(list) !== draw.list_sha256 || !isSorted(draw.ids))
		return "wrong-list";
	if ((draw.beacon === null) !== (draw.beacon_source === null))
		return "wrong-beacon";
	const text = new TextEncoder();
	const beacon = await sha256(text.encode(draw.beacon ?? ""));
	const head = joined(text.encode(HEAD), seed, list, beacon);
	const [mine] = await keysOf(head, bytesOf(id));
	let [before, found] = [0, false];
	for (let at = 0; at < ids.length; at += AT_ONCE * ID_BYTES)
		for (const key of await keysOf(head, ids.subarray(at, at + AT_ONCE * ID_BYTES))) {
			if (mine !== undefined && key < mine) before++;
			if (key === mine) found = true;
		}
	return found
		? { place: before + 1, count: ids.length / ID_BYTES }
		: "not-there";
}

// SPDX-License-Identifier: BSD-2-Clause
//
// download - a file that only who is logged in is sent, piece by piece
//
// Layer: operator.  Uses: api.
import { Problem } from "../api/client";

/** All of a file of so many bytes. piece: as much of it from there on as the server
 * gives, which may be all; told: how many are here. */
export async function wholeOf(
	n_bytes: number,
	piece: (from: number) => Promise<Blob>,
	told: (n: number) => void,
): Promise<Blob> {
	const parts: Blob[] = [];
	let n = 0;
	while (n < n_bytes) {
		const part = await piece(n);
		n += part.size;
		// Another file than the one that was asked for, or none.
		if (part.size === 0 || n > n_bytes) throw new Problem(0, {});
		parts.push(part);
		told(n);
	}
	return new Blob(parts, { type: "text/csv" });
}

/** Long enough for a browser to begin with it. */
const FORGET_MS = 60_000;

/** As if a link to it had been followed. */
export function save(file: Blob, name: string): void {
	const link = document.createElement("a");
	link.href = URL.createObjectURL(file);
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), FORGET_MS);
}

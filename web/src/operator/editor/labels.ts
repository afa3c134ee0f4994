// SPDX-License-Identifier: BSD-2-Clause
//
// labels - what rows are called: A to Z, AA and on, or 1, 2 and on
//
// Layer: operator/editor.

/** Rows of one block. */
export const ROWS_MAX = 1000;
const NUMBER_MAX = 1_000_000;

/** The label behind one; undefined: it is neither letters nor a number. */
export function nextLabel(label: string): string | undefined {
	if (/^\d+$/.test(label))
		return Number(label) < NUMBER_MAX ? String(Number(label) + 1) : undefined;
	if (!/^[A-Z]+$/.test(label)) return undefined;
	const last = label.replace(/Z+$/, "");
	const turned = "A".repeat(label.length - last.length);
	if (last === "") return `A${turned}`;
	const next = String.fromCharCode(last.charCodeAt(last.length - 1) + 1);
	return last.slice(0, -1) + next + turned;
}

/** Those of a block in their order; undefined: counting does not arrive. */
export function labelsOf(
	from: string,
	to: string,
	skip: readonly string[],
): string[] | undefined {
	const left = new Set(skip);
	const labels: string[] = [];
	let label: string | undefined = from;
	for (let i = 0; i < ROWS_MAX && label !== undefined; i++) {
		if (!left.has(label)) labels.push(label);
		if (label === to) return labels;
		label = nextLabel(label);
	}
	return undefined;
}

/** The last label of so many rows, 1 to ROWS_MAX; undefined: there are not so
 * many. */
export function lastLabel(
	from: string,
	n: number,
	skip: readonly string[],
): string | undefined {
	const left = new Set(skip);
	let label: string | undefined = from;
	let counted = 0;
	for (let i = 0; i < ROWS_MAX && label !== undefined; i++) {
		if (!left.has(label) && ++counted === n) return label;
		label = nextLabel(label);
	}
	/* A name that cannot be counted up is one row. */
	return n === 1 && from !== "" && nextLabel(from) === undefined
		? from
		: undefined;
}

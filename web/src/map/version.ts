// SPDX-License-Identifier: BSD-2-Clause
//
// version - how new a seat map is: three integers, compared in order
//
// Layer: map.

const FORM = /^(\d+)-(\d+)-(\d+)$/;

/** Whether a is newer than b. Anything is newer than what is no version. */
export function isNewer(a: string, b: string): boolean {
	const left = FORM.exec(a);
	const right = FORM.exec(b);
	if (left === null || right === null) return left !== null;
	for (let i = 1; i <= 3; i++) {
		const difference = Number(left[i]) - Number(right[i]);
		if (difference !== 0) return difference > 0;
	}
	return false;
}

// SPDX-License-Identifier: BSD-2-Clause
//
// patch - what makes one document another (RFC 7396)
//
// Layer: operator.
export type Members = Record<string, unknown>;

const isMembers = (value: unknown): value is Members =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** Members that differ; null for one that is gone. Empty: nothing differs. */
export function patchOf(before: Members, after: Members): Members {
	const patch: Members = {};
	for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
		const [was, is] = [before[name], after[name]];
		if (isMembers(was) && isMembers(is)) {
			const within = patchOf(was, is);
			if (Object.keys(within).length > 0) patch[name] = within;
		} else if (JSON.stringify(was ?? null) !== JSON.stringify(is ?? null)) {
			patch[name] = is ?? null;
		}
	}
	return patch;
}

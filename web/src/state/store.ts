// SPDX-License-Identifier: BSD-2-Clause
//
// store - what stays in this browser: small, no secret, shared by its tabs
//
// Private windows may refuse to keep anything: then it lasts as long as the tab.
//
// Layer: state.
const kept = new Map<string, string>();

export function recall<T>(name: string, otherwise: T): T {
	let text: string | null = null;
	try {
		text = localStorage.getItem(`bo-${name}`);
	} catch {
		text = kept.get(name) ?? null;
	}
	if (text === null) return otherwise;
	try {
		return JSON.parse(text) as T;
	} catch {
		return otherwise;
	}
}

/** value undefined: forget it. */
export function keep(name: string, value: unknown): void {
	const text = value === undefined ? undefined : JSON.stringify(value);
	try {
		if (text === undefined) localStorage.removeItem(`bo-${name}`);
		else localStorage.setItem(`bo-${name}`, text);
	} catch {
		if (text === undefined) kept.delete(name);
		else kept.set(name, text);
	}
}

/** Another tab has kept something else under a name that begins so.
 * returns: what ends it */
export function whenKept(
	prefix: string,
	then: (name: string) => void,
): () => void {
	const heard = (event: StorageEvent) => {
		if (event.key?.startsWith(`bo-${prefix}`) === true)
			then(event.key.slice(3));
	};
	addEventListener("storage", heard);
	return () => removeEventListener("storage", heard);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// address - what a page is asked for is in its address, so that it can be kept
// and sent on
//
// Layer: operator.
export type Asked = Record<string, string>;

/** Of the words that a page knows, those that an address has. */
export function askedOf(query: URLSearchParams, names: readonly string[]): Asked {
	const asked: Asked = {};
	for (const name of names) {
		const value = query.get(name)?.trim() ?? "";
		if (value !== "") asked[name] = value;
	}
	return asked;
}

/** The address of a page that is asked for so much; what is empty is left out. */
export function addressOf(path: string, asked: Record<string, string | number | undefined>): string {
	const words = new URLSearchParams();
	for (const [name, value] of Object.entries(asked))
		if (value !== undefined && value !== "") words.set(name, String(value));
	const text = words.toString();
	return text === "" ? path : `${path}?${text}`;
}

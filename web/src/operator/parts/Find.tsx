// SPDX-License-Identifier: BSD-2-Clause
//
// Find - a choice among more than a page of a list has: what it is called is typed
//
// Layer: operator.  Uses: parts, state.
import { useEffect, useRef, useState } from "react";
import { Field } from "../../parts/Field";
import { useRead } from "../../state/read";
import { asMe } from "../../state/session";
import type { Token } from "../calls";

interface Page<T> {
	items: T[];
	next_cursor: string | null;
}

const TYPING_MS = 250;

/** The first page of a list, of what has q in its name. While another is read the last
 * one is there. */
export function useFound<T>(name: string, read: (token: Token, q: string) => Promise<Page<T>>) {
	const [q, find] = useState("");
	const page = useRead(`${name} ${q}`, () => asMe((token) => read(token, q)));
	const last = useRef<Page<T>>(undefined);
	if (page.data !== undefined) last.current = page.data;
	const shown = page.data ?? last.current;
	return {
		items: shown?.items ?? [],
		failure: page.failure,
		/** Not all of it is here, or was before something was typed. */
		isMore: q !== "" || (shown?.next_cursor ?? null) !== null,
		find,
	};
}

/** What is looked for, where not all can be chosen at once. */
export function Find({ label, of }: { label: string; of: { isMore: boolean; find(q: string): void } }) {
	const [typed, type] = useState("");
	useEffect(() => {
		const timer = setTimeout(() => of.find(typed.trim()), TYPING_MS);
		return () => clearTimeout(timer);
	}, [typed]);
	if (!of.isMore && typed === "") return null;
	return (
		<Field label={label} type="search" value={typed} maxLength={100} autoComplete="off"
			onInput={(event) => type(event.currentTarget.value)}
			// It is found while one types; the form around it is not sent.
			onKeyDown={(event) => event.key === "Enter" && event.preventDefault()} />
	);
}

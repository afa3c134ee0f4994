// SPDX-License-Identifier: BSD-2-Clause
//
// more - a list that is read page by page
//
// Layer: state.  Uses: api, read.
import { useState } from "react";
import { Problem } from "../api/client";
import type { Read } from "./read";

interface Page<T> {
	items: T[];
	next_cursor: string | null;
}

export interface More<T> {
	items: T[];
	/** The next page; undefined: all of them are here. */
	showMore: (() => void) | undefined;
	failure: Problem | undefined;
}

/** first: the first page, read by who shows the list. */
export function useMore<T>(
	first: Read<Page<T>>,
	read: (cursor: string) => Promise<Page<T>>,
): More<T> {
	const [rest, setRest] = useState<Page<T>>();
	const [failure, setFailure] = useState<Problem>();
	const next = rest === undefined ? first.data?.next_cursor : rest.next_cursor;
	const items = rest?.items ?? [];
	const readOn = async (cursor: string) => {
		setFailure(undefined);
		try {
			const page = await read(cursor);
			setRest({ ...page, items: [...items, ...page.items] });
		} catch (refused) {
			if (!(refused instanceof Problem)) throw refused;
			setFailure(refused);
		}
	};
	return {
		items: [...(first.data?.items ?? []), ...items],
		showMore: next == null ? undefined : () => void readOn(next),
		failure,
	};
}

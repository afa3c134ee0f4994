// SPDX-License-Identifier: BSD-2-Clause
//
// read - what was read is shown at once and read again
//
// Layer: state.  Uses: api.
import { useCallback, useEffect, useRef, useState } from "react";
import { Problem } from "../api/client";
import { useLanguage } from "./language";

const KEPT_MAX = 60;
const kept = new Map<string, unknown>();

function keepRead(key: string, data: unknown): void {
	kept.delete(key);
	kept.set(key, data);
	const oldest = kept.keys().next().value;
	if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
}

/** Another user: nothing of the last one is shown to him. */
export function forgetReads(): void {
	kept.clear();
}

export interface Read<T> {
	data: T | undefined;
	failure: Problem | undefined;
	again(): Promise<void>;
	put(data: T): void;
}

/** key undefined: nothing is read yet. */
export function useRead<T>(
	key: string | undefined,
	read: () => Promise<T>,
): Read<T> {
	const language = useLanguage((state) => state.language);
	const name = key === undefined ? undefined : `${language} ${key}`;
	const [shown, show] = useState<{
		name: string | undefined;
		data?: T;
		failure?: Problem;
	}>({ name: undefined });
	const current = useRef(name);
	const how = useRef(read);
	current.current = name;
	how.current = read;

	const again = useCallback(async () => {
		if (name === undefined) return;
		try {
			const data = await how.current();
			keepRead(name, data);
			if (current.current === name) show({ name, data });
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			if (current.current === name) show({ name, failure });
		}
	}, [name]);

	useEffect(() => {
		void again();
	}, [again]);

	const put = (data: T) => {
		if (name === undefined) return;
		keepRead(name, data);
		show({ name, data });
	};
	const mine = shown.name === name ? shown : undefined;
	return {
		data:
			mine?.data ??
			(name === undefined ? undefined : (kept.get(name) as T | undefined)),
		failure: mine?.failure,
		again,
		put,
	};
}

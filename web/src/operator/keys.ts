// SPDX-License-Identifier: BSD-2-Clause
//
// keys - what single keys do: g and a letter go to a page, / to the first field
//
// They can be turned off (WCAG 2.1.4), and never act while somebody writes.
//
// Layer: operator.  Uses: state.
import { useEffect, useState } from "react";
import { go } from "../state/route";
import { keep, recall } from "../state/store";
import { shortcuts } from "./shortcuts";

const isWriting = (target: EventTarget | null): boolean =>
	target instanceof HTMLElement &&
	(target.closest("input, select, textarea, dialog") !== null || target.isContentEditable);

function focusFirst(): boolean {
	const field = document.querySelector<HTMLElement>("main input:not([type=checkbox]), main select");
	field?.focus();
	return field !== null;
}

export function useShortcuts(links: readonly { href: string; key: string }[]) {
	const [on, setOn] = useState(() => recall("keys", true));
	const known = links.map(({ key, href }) => `${key} ${href}`).join("\n");
	useEffect(() => {
		if (!on) return;
		const hear = shortcuts((key) => {
			const to = links.find((one) => one.key === key);
			if (to !== undefined) go(to.href);
			return to !== undefined;
		}, focusFirst);
		const heard = (event: KeyboardEvent) => {
			if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
			if (hear(event.key, event.timeStamp)) event.preventDefault();
		};
		addEventListener("keydown", heard);
		return () => removeEventListener("keydown", heard);
	}, [on, known]);
	return {
		on,
		turn(next: boolean) {
			keep("keys", next);
			setOn(next);
		},
	};
}

// SPDX-License-Identifier: BSD-2-Clause
//
// again - what is shown is read again, while somebody looks
//
// Layer: operator.  Uses: state.
import { useEffect, useRef } from "react";
import type { Read } from "../state/read";

export function useAgain(every_ms: number, ...reads: Read<unknown>[]): void {
	const now = useRef(reads);
	now.current = reads;
	useEffect(() => {
		const timer = setInterval(() => {
			if (document.hidden) return;
			for (const read of now.current) void read.again();
		}, every_ms);
		return () => clearInterval(timer);
	}, [every_ms]);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// clock - seconds that are left, looked at twice a second
//
// Layer: state.
import { useEffect, useState } from "react";

export function useSecondsLeft(untilMs: number): number {
	const [now, tick] = useState(Date.now());

	useEffect(() => {
		const timer = setInterval(() => tick(Date.now()), 500);
		return () => clearInterval(timer);
	}, []);
	return Math.max(0, (untilMs - now) / 1000);
}

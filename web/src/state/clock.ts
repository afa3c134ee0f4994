// SPDX-License-Identifier: BSD-2-Clause
//
// clock - seconds that are left, looked at twice a second
//
// Layer: state.  Uses: api.
import { useEffect, useState } from "react";
import { serverNow } from "../api/client";

function useSeconds(untilMs: number, clock: () => number): number {
	const [now, tick] = useState(clock());

	useEffect(() => {
		const timer = setInterval(() => tick(clock()), 500);
		return () => clearInterval(timer);
	}, [clock]);
	return Math.max(0, (untilMs - now) / 1000);
}

/** Until a moment of our own clock. */
export const useSecondsLeft = (untilMs: number): number =>
	useSeconds(untilMs, Date.now);

/** Until a moment that the server has named. */
export const useSecondsUntil = (time: string): number =>
	useSeconds(Date.parse(time), serverNow);

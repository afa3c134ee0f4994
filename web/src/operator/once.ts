// SPDX-License-Identifier: BSD-2-Clause
//
// once - one Idempotency-Key as long as the same is asked for: a lost answer is
// asked for again, and has no second effect
//
// Layer: operator.
import { useRef } from "react";

/** The key of what is asked for. */
export function useOnce(): (body: object) => string {
	const last = useRef({ asked: "", key: "" });
	return (body) => {
		const asked = JSON.stringify(body);
		if (last.current.asked !== asked) last.current = { asked, key: crypto.randomUUID() };
		return last.current.key;
	};
}

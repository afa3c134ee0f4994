// SPDX-License-Identifier: BSD-2-Clause
//
// role - what an account may do here; the API decides it, this only shows less
//
// Layer: operator.  Uses: state.
import { useSession } from "../state/session";

export type OperatorRole = "STAFF" | "ADMIN";

export function isLetIn(role: string | undefined, who: OperatorRole): boolean {
	return role === "ADMIN" || role === who;
}

/** Whether who is logged in may do what is who's. */
export function useIs(who: OperatorRole): boolean {
	return useSession((state) => isLetIn(state.user?.role, who));
}

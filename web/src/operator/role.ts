// SPDX-License-Identifier: BSD-2-Clause
//
// role - what an account may do here; the API decides it, this only shows less
//
// Layer: operator.  Uses: state, api.
import type { User } from "../api/calls";
import { useSession } from "../state/session";

export type OperatorRole = "STAFF" | "ADMIN";
/** Whom a page is for; "ALL": who works here, whatever as. */
export type Audience = OperatorRole | "ALL";

/** Who works here and has to have a second factor first. */
export function lacksFactor(user: User | undefined): boolean {
	return user?.totp === "needed";
}

export function isLetIn(user: User | undefined, who: Audience): boolean {
	if (user === undefined || user.role === "USER") return false;
	if (who === "ALL") return true;
	return !lacksFactor(user) && (user.role === "ADMIN" || user.role === who);
}

/** Whether who is logged in may do what is who's. */
export function useIs(who: OperatorRole): boolean {
	return useSession((state) => isLetIn(state.user, who));
}

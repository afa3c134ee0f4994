// SPDX-License-Identifier: BSD-2-Clause
//
// login - a page that is somebody's: who is not logged in does so first
//
// Layer: state.  Uses: api.
import { useEffect } from "react";
import type { Problem } from "../api/client";
import { wantsLogin } from "./problems";
import { goLogin } from "./route";

/** Who is not logged in does so first, and comes back. */
export function useLoginFirst(failure: Problem | undefined): void {
	useEffect(() => {
		if (failure !== undefined && wantsLogin(failure)) goLogin();
	}, [failure]);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// later - the pages that come when somebody opens one, or is about to
//
// Layer: pages.  Uses: own.
export const loadOwn = () => import("./own");
export type Own = Awaited<ReturnType<typeof loadOwn>>;

// SPDX-License-Identifier: BSD-2-Clause
//
// layout - a hall's plan, read once for all that names its seats
//
// Layer: operator.  Uses: api, state.
import { getLayoutRows, type Layout } from "../api/calls";
import { layoutOf } from "../state/layout";
import { useRead, type Read } from "../state/read";

/** performance undefined: nothing is read yet. */
export const useLayout = (performance: number | undefined): Read<Layout> =>
	useRead(performance === undefined ? undefined : `layout ${performance}`, async () => layoutOf(await getLayoutRows(performance ?? 0)));

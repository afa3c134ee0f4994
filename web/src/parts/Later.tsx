// SPDX-License-Identifier: BSD-2-Clause
//
// Later - a page whose script comes when it is opened
//
// Layer: parts.  Uses: parts.
import { useEffect, useState, type ReactNode } from "react";
import { Waiting } from "./Waiting";

/** What has come is shown at once. */
const come = new Map<unknown, unknown>();

/** load: the same function for the same script. Where that cannot be had it is as
 * where something broke (Safe). */
export function Later<M extends object>({ load, page }: { load(): Promise<M>; page(module: M): ReactNode }) {
	const [module, setModule] = useState(come.get(load) as M | undefined);
	const [failure, setFailure] = useState<unknown>();
	useEffect(() => {
		load().then((is) => {
			come.set(load, is);
			setModule(is);
		}, setFailure);
	}, [load]);
	if (failure !== undefined) throw failure;
	return module === undefined ? <Waiting /> : <>{page(module)}</>;
}

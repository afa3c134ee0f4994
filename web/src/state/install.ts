// SPDX-License-Identifier: BSD-2-Clause
//
// install - the page's worker, which opens it where there is no network
//
// The page is there first: its own files are not fetched twice at once.
//
// Layer: state.
import { trusted } from "./script";

const WORKER = "/sw.js";
const LATER_MS = 3_000;

export function installWorker(): void {
	if (!("serviceWorker" in navigator)) return;
	addEventListener("load", () => {
		setTimeout(() => {
			// A browser that will not have it has a page like any other.
			navigator.serviceWorker.register(trusted(WORKER)).catch(() => undefined);
		}, LATER_MS);
	});
}

// SPDX-License-Identifier: BSD-2-Clause
//
// announce - what happens to one's seats, said to who does not see it
//
// Layer: state.
import { create } from "zustand";

export const useAnnounced = create<{ text: string }>(() => ({ text: "" }));

export function announce(text: string): void {
	useAnnounced.setState({ text });
}

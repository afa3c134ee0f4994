// SPDX-License-Identifier: BSD-2-Clause
//
// paying - what becomes of a payment that somebody outside is asked about
//
// Layer: state.  Uses: api.
import { useEffect } from "react";
import * as api from "../api/calls";
import { attemptEnded } from "./holding";
import { useRead, type Read } from "./read";
import { asMe } from "./session";
import { keep, recall } from "./store";

const LOOK_MS = 1_000;

export const waits = (payment: api.Payment): boolean =>
	["SENT", "CANCELING"].includes(payment.status);

/** It is read until its end is known. */
export function usePayment(id: number): Read<api.Payment> {
	const read = useRead(`payment ${id}`, () => asMe((token) => api.getPayment(token, id)));
	const open = read.data === undefined || waits(read.data);
	useEffect(() => {
		if (!open) return;
		const timer = setInterval(() => void read.again(), LOOK_MS);
		return () => clearInterval(timer);
	}, [open, read.again]);
	useEffect(() => {
		if (read.data !== undefined && !waits(read.data)) attemptEnded(read.data);
	}, [read.data]);
	return read;
}

/** To the bank, the first time by itself: who comes back without an answer is
 * asked whether he wants to go again. */
export function useBank(payment: api.Payment | undefined): string | undefined {
	const to = payment?.next?.redirect;
	const name = `bank-${payment?.id ?? 0}`;
	useEffect(() => {
		if (to === undefined) {
			if (payment !== undefined && !waits(payment)) keep(name, undefined);
			return;
		}
		if (recall(name, false)) return;
		keep(name, true);
		goToBank(to);
	}, [to, payment?.status]);
	return to;
}

export function goToBank(url: string): void {
	if (url.startsWith("https://")) location.assign(url);
}

export const giveUp = (id: number): Promise<api.Payment> =>
	asMe((token) => api.dropPayment(token, id));

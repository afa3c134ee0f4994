// SPDX-License-Identifier: BSD-2-Clause
//
// reservation - what somebody owns, and the performance that it is for
//
// Layer: state.  Uses: api.
import * as api from "../api/calls";
import { serverNow } from "../api/client";
import { useLoginFirst } from "./login";
import { useRead } from "./read";
import { asMe } from "./session";

export function useReservation(number: string) {
	const reservation = useRead(`reservation ${number}`, () =>
		asMe((token) => api.getReservation(token, number)),
	);
	const id = reservation.data?.performance_id;
	const performance = useRead(
		id === undefined ? undefined : `performance ${id}`,
		() => api.getPerformance(id ?? 0),
	);
	useLoginFirst(reservation.failure);
	return { reservation, performance };
}

/** Seats that were not given back. */
export function seatsLeft(reservation: api.Reservation) {
	return reservation.seats?.filter((seat) => !seat.cancelled) ?? [];
}

/** Whether its buyer may move to other seats now. The server says it in the end. */
export function mayMove(
	reservation: api.Reservation,
	performance: api.Performance | undefined,
): boolean {
	return (
		performance !== undefined &&
		performance.moves !== "off" &&
		performance.status === "open" &&
		reservation.refund !== null &&
		seatsLeft(reservation).length > 0
	);
}

/** Whether its owner may offer it to another user now. The server says it in the
 * end. */
export function mayPassOn(
	reservation: api.Reservation,
	performance: api.Performance | undefined,
): boolean {
	return (
		performance?.transfers === "on" &&
		performance.status !== "cancelled" &&
		Date.parse(performance.starts_at) > serverNow() &&
		reservation.status !== "CANCELLED"
	);
}

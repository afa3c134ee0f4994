// SPDX-License-Identifier: BSD-2-Clause
//
// sold - by what reservations and payments are found
//
// Layer: operator.
import { useTexts } from "../words/words";
import type { Filter } from "./Filters";

const METHODS = ["wallet", "card", "cash", "terminal", "complimentary"];

/** What a status of a reservation or a payment is called. */
export function useStatus(): (status: string) => string {
	const { b, say } = useTexts();
	return (status) =>
		status === "CONFIRMED" || status === "PARTLY_CANCELLED" || status === "CANCELLED"
			? b(`reservation.${status}`)
			: say(`payment.${status}`);
}

/** "paid → being cancelled", of what something was and is; it was nothing at first. */
export function useBecame(): (from: string | null, to: string) => string {
	const named = useStatus();
	return (from, to) => (from === null || from === to ? named(to) : `${named(from)} → ${named(to)}`);
}

export function useSold(statuses: string[]): Filter[] {
	const { t, say } = useTexts();
	const named = useStatus();
	return [
		{ name: "number", label: t("col.number") },
		{ name: "login", label: t("find.login") },
		{ name: "performance_id", label: t("find.performance"), type: "number" },
		{ name: "seat_id", label: t("find.seat"), type: "number" },
		{ name: "status", label: t("col.status"), options: statuses.map((value) => ({ value, label: named(value) })) },
		{ name: "method", label: t("col.method"), options: METHODS.map((value) => ({ value, label: say(`method.${value}`) })) },
		{ name: "from", label: t("find.from"), type: "date" },
		{ name: "to", label: t("find.to"), type: "date" },
	];
}

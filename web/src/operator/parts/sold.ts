// SPDX-License-Identifier: BSD-2-Clause
//
// sold - by what reservations and payments are found
//
// Layer: operator.
import { useTexts } from "../words/words";
import type { Filter } from "./Filters";

const METHODS = ["wallet", "card", "cash", "terminal", "complimentary"];

export function useSold(statuses: string[]): Filter[] {
	const { t, b, say } = useTexts();
	const named = (status: string) =>
		status === "CONFIRMED" || status === "PARTLY_CANCELLED" || status === "CANCELLED"
			? b(`reservation.${status}`)
			: say(`payment.${status}`);
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

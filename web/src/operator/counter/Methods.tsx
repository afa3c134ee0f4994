// SPDX-License-Identifier: BSD-2-Clause
//
// Methods - what a till sold and paid back, by way of paying
//
// Layer: operator.  Uses: parts.
import { Notice } from "../../parts/Notice";
import type { Till } from "../calls";
import { Table } from "../parts/Table";
import { useTexts } from "../words/words";

export function Methods({ till }: { till: Till }) {
	const { t, say, won, number } = useTexts();
	if (till.methods.length === 0) return <Notice>{t("counter.nothing")}</Notice>;
	return (
		<Table caption={t("counter.methods")} rows={till.methods} keyOf={(row) => row.method} columns={[
			{ head: t("col.method"), cell: (row) => say(`method.${row.method}`) },
			{ head: t("counter.sales"), cell: (row) => number.format(row.n_sales), number: true },
			{ head: t("col.seats"), cell: (row) => number.format(row.n_seats), number: true },
			{ head: t("counter.sold"), cell: (row) => won(row.sold, till.currency), number: true },
			{ head: t("counter.back"), cell: (row) => won(row.paid_back, till.currency), number: true },
			{ head: t("counter.net"), cell: (row) => won(row.net, till.currency), number: true },
		]} />
	);
}

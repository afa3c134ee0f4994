// SPDX-License-Identifier: BSD-2-Clause
//
// Prints - each time that tickets of a sale at a counter were printed, by whom
// and why
//
// Layer: operator.  Uses: parts, state.
import { Link } from "../../parts/Link";
import { useRead } from "../../state/read";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import * as api from "../calls";
import { List } from "../parts/List";
import { PerformanceName } from "../parts/Named";
import { Refusal } from "../parts/Refusal";
import { Table, type Column } from "../parts/Table";
import { useTexts } from "../words/words";

type Print = api.Print;

/** What is told of a print, of whatever sale. */
function useColumns(): Column<Print>[] {
	const { t, say, language } = useTexts();
	return [
		{ head: t("col.at"), cell: (one) => moment(language, one.at) },
		{ head: t("col.who"), cell: (one) => one.login_id ?? `#${one.operator_id}` },
		{ head: t("print.paper"), cell: (one) => say(`paper.${one.paper}`) },
		{ head: t("col.why"), cell: (one) => one.reason ?? t("print.first") },
	];
}

export function Prints() {
	const { t } = useTexts();
	return (
		<List title={t("print.log")} name="prints" read={api.listPrints} keyOf={(one) => one.id}
			lead={<p className="lead"><Link href="/operator/counter/sales">{t("counter.sold_here")}</Link></p>}
			filters={[
				{ name: "number", label: t("col.number") },
				{ name: "performance_id", label: t("find.performance"), type: "number" },
			]}
			columns={[
				{ head: t("col.number"), cell: (one) => <Link href={`/operator/reservations/${one.number}`}>{one.number}</Link> },
				{ head: t("col.performance"), cell: (one) => <PerformanceName id={one.performance_id} /> },
				{ head: t("col.name"), cell: (one) => one.name ?? "" },
				...useColumns(),
			]} />
	);
}

/** Of one reservation; as many as the first page of the list has. */
export function PrintsOf({ number }: { number: string }) {
	const { t } = useTexts();
	const columns = useColumns();
	const read = useRead(`prints of ${number}`, () => asMe((token) => api.listPrints(token, { number, limit: 50 })));
	if (read.data === undefined) return <Refusal problem={read.failure} again={() => void read.again()} />;
	if (read.data.items.length === 0) return null;
	return (
		<>
			<h2>{t("print.log")}</h2>
			<Table caption={t("print.log")} rows={read.data.items} keyOf={(one) => one.id} columns={columns} />
		</>
	);
}

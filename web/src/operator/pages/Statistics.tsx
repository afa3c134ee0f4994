// SPDX-License-Identifier: BSD-2-Clause
//
// Statistics - what was sold, given back and lost, by what one asks for
//
// Layer: operator.  Uses: parts, state.
import { useState } from "react";
import { Heading } from "../../parts/Frame";
import { Notice } from "../../parts/Notice";
import { Waiting } from "../../parts/Waiting";
import { useRead } from "../../state/read";
import { usePlace } from "../../state/route";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import { askedOf, type Asked } from "../address";
import * as api from "../calls";
import { Filters, type Filter } from "../parts/Filters";
import { PerformanceName } from "../parts/Named";
import { Refusal } from "../parts/Refusal";
import { Table, type Column } from "../parts/Table";
import { useTexts } from "../words/words";

/** So many rows are drawn at once: the API gives up to 10,000. */
const STEP = 500;
const BY = ["hour", "day", "performance", "section", "type"];

/** A day on the clock of who looks, as the moment when it began. */
function momentOf(day: string | undefined): string | undefined {
	const at = new Date(`${day ?? ""}T00:00:00`);
	return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

function Figures({ asked }: { asked: Asked }) {
	const { t, b, won, number, language } = useTexts();
	const [shown, show] = useState(STEP);
	const by = asked.by ?? "performance";
	const read = useRead(`sales ${JSON.stringify(asked)}`, () =>
		asMe((token) => api.getSales(token, { ...asked, by, from: momentOf(asked.from), to: momentOf(asked.to) })));
	if (read.data === undefined)
		return read.failure === undefined ? <Waiting /> : <Refusal problem={read.failure} again={() => void read.again()} />;
	const rows = read.data.items;
	if (rows.length === 0) return <Notice>{t("list.none")}</Notice>;
	const first: Column<api.SalesRow> = by === "hour"
		? { head: t("by.hour"), cell: (row) => moment(language, row.hour ?? "") }
		: by === "day"
			? { head: t("by.day"), cell: (row) => row.day }
			: { head: t("col.performance"), cell: (row) => <PerformanceName id={row.performance_id ?? 0} /> };
	const more: Column<api.SalesRow>[] = by === "section"
		? [{ head: t("col.section"), cell: (row) => row.section_id, number: true }]
		: by === "type" ? [{ head: t("by.type"), cell: (row) => row.type, number: true }] : [];
	return (
		<>
			<Table caption={t("nav.statistics")} rows={rows.slice(0, shown)} keyOf={(row) => JSON.stringify(row)} columns={[
				first,
				...more,
				{ head: t("sales.sold"), cell: (row) => number.format(row.sold), number: true },
				{ head: t("sales.revenue"), cell: (row) => won(row.revenue, row.currency), number: true },
				{ head: t("sales.back"), cell: (row) => number.format(row.given_back), number: true },
				{ head: t("sales.refunded"), cell: (row) => won(row.refunded, row.currency), number: true },
				{ head: t("sales.placed"), cell: (row) => number.format(row.placed), number: true },
				{ head: t("sales.lapsed"), cell: (row) => number.format(row.lapsed), number: true },
			]} />
			{rows.length > shown && <p className="buttons"><button type="button" className="quiet" onClick={() => show(shown + STEP)}>{b("show-more")} ({number.format(rows.length - shown)})</button></p>}
		</>
	);
}

export function Statistics() {
	const { t, say } = useTexts();
	const filters: Filter[] = [
		{ name: "by", label: t("find.by"), options: BY.map((value) => ({ value, label: say(`by.${value}`) })) },
		{ name: "performance_id", label: t("find.performance"), type: "number" },
		{ name: "show_id", label: t("find.show"), type: "number" },
		{ name: "from", label: t("find.from"), type: "date" },
		{ name: "to", label: t("find.before"), type: "date" },
	];
	const query = usePlace((place) => place.query);
	const asked = askedOf(query, filters.map(({ name }) => name));
	return (
		<>
			<Heading aside={<p className="lead">{t("statistics.lead")}</p>}>{t("nav.statistics")}</Heading>
			<Filters filters={filters} asked={asked} />
			<Figures key={JSON.stringify(asked)} asked={asked} />
		</>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Sales - what was sold at counters, and what becomes of a sale: printed,
// reversed, paid out
//
// Layer: operator.  Uses: parts, state.
import { useState } from "react";
import { Field } from "../../parts/Field";
import { Link } from "../../parts/Link";
import { textOf } from "../../state/form";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import * as api from "../calls";
import { useOnce } from "../once";
import { Ask, whyOf } from "../parts/Ask";
import { someOf, SomeSeats } from "../parts/SomeSeats";
import type { Column } from "../parts/Table";
import { useTexts } from "../words/words";
import { Printout, PrintSale } from "./Printout";

interface Row {
	/** One's own that is open; money goes back out of it. */
	till: api.Till | undefined;
	sale: api.CounterSale;
	done(): Promise<void>;
}

const slipOf = (form: FormData) => {
	const slip = textOf(form, "slip").trim();
	return slip === "" ? {} : { slip };
};

function Slip({ sale }: { sale: api.CounterSale }) {
	const { t } = useTexts();
	return sale.method === "terminal" ? <Field label={t("counter.step.slip")} name="slip" required maxLength={40} autoComplete="off" /> : null;
}

/** All of a sale that is left goes back, or some of it. */
function Reverse({ till, sale, done }: Row & { till: api.Till }) {
	const { t, won } = useTexts();
	const keyOf = useOnce();
	const left = {
		performance: sale.performance_id,
		ids: sale.seat_ids.filter((id) => !sale.cancelled_seat_ids.includes(id)),
		places: sale.section_id !== null,
	};
	const reverse = async (form: FormData) => {
		const body = { till_id: till.id, ...someOf(form, left), ...slipOf(form), reason: whyOf(form) };
		await asMe((token) => api.reverseSale(token, sale.number, body, keyOf(body)));
		await done();
	};
	return (
		<Ask title={t("counter.reverse")} lead={t("counter.reverse.lead", { amount: won(sale.amount - sale.refunded, sale.currency) })} does={reverse}>
			<SomeSeats {...left} />
			<Slip sale={sale} />
		</Ask>
	);
}

/** What was given back elsewhere, as when a performance was called off. */
function PayOut({ till, sale, done }: Row & { till: api.Till }) {
	const { t, won } = useTexts();
	const pay = async (form: FormData) => {
		await asMe((token) => api.payOwed(token, sale.number, { till_id: till.id, ...slipOf(form) }));
		await done();
	};
	return (
		<Ask title={t("counter.pay-out")} lead={t("counter.pay-out.lead", { amount: won(sale.owed, sale.currency) })} why={false} does={pay}>
			<Slip sale={sale} />
		</Ask>
	);
}

function Do({ till, sale, done, show }: Row & { show(html: string): void }) {
	const isGone = sale.status === "CANCELLED";
	return (
		<span className="row-buttons">
			{!isGone && <PrintSale sale={sale} show={show} done={done} />}
			{!isGone && till !== undefined && <Reverse till={till} sale={sale} done={done} />}
			{sale.owed > 0 && till !== undefined && <PayOut till={till} sale={sale} done={done} />}
		</span>
	);
}

/** What is told of a sale, and done with it; and tickets that were printed. */
export function useSales(till: api.Till | undefined, done: () => Promise<void>) {
	const { t, b, say, won, language } = useTexts();
	const [html, show] = useState<string>();
	const columns: Column<api.CounterSale>[] = [
		{ head: t("col.number"), cell: (row) => <Link href={`/operator/reservations/${row.number}`}>{row.number}</Link> },
		{ head: t("col.status"), cell: (row) => b(`reservation.${row.status}`) },
		{ head: t("col.name"), cell: (row) => row.name ?? "" },
		{ head: t("col.seats"), cell: (row) => row.seat_ids.length - row.cancelled_seat_ids.length, number: true },
		{ head: t("col.method"), cell: (row) => say(`method.${row.method}`) },
		{ head: t("col.amount"), cell: (row) => won(row.amount - row.refunded, row.currency), number: true },
		{ head: t("counter.prints"), cell: (row) => row.prints, number: true },
		{ head: t("col.at"), cell: (row) => moment(language, row.at) },
		{ head: t("col.do"), cell: (row) => <Do till={till} sale={row} done={done} show={show} /> },
	];
	return { columns, printout: html !== undefined && <Printout html={html} close={() => show(undefined)} /> };
}

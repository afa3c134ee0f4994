// SPDX-License-Identifier: BSD-2-Clause
//
// Tills - drawers in the hands of operators: who had one, what it sold, and what was
// counted
//
// Layer: operator.  Uses: counter, parts, state.
import { Heading } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { Waiting } from "../../parts/Waiting";
import { useRead } from "../../state/read";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import * as api from "../calls";
import { Methods } from "../counter/Methods";
import { Facts } from "../parts/Facts";
import { List } from "../parts/List";
import { Refusal } from "../parts/Refusal";
import { useTexts } from "../words/words";

const stateOf = (till: api.Till) => (till.closed_at === null ? "open" : "closed");

export function Tills() {
	const { t, say, won, language } = useTexts();
	return (
		<List title={t("till.title")} name="tills" read={api.listTills} keyOf={(till) => till.id} link={(till) => `/operator/counter/tills/${till.id}`}
			lead={<p className="lead"><Link href="/operator/counter">{t("nav.counter")}</Link></p>}
			filters={[{ name: "open", label: t("col.status"), options: [{ value: "true", label: t("till.is.open") }] }]}
			columns={[
				{ head: t("counter.till"), cell: (till) => till.till },
				{ head: t("col.who"), cell: (till) => till.login_id },
				{ head: t("col.status"), cell: (till) => say(`till.is.${stateOf(till)}`) },
				{ head: t("till.opened"), cell: (till) => moment(language, till.opened_at) },
				{ head: t("till.expected"), cell: (till) => won(till.expected, till.currency), number: true },
				{ head: t("till.difference"), cell: (till) => (till.difference === null ? "–" : won(till.difference, till.currency)), number: true },
			]} />
	);
}

export function TillPage({ id }: { id: number }) {
	const { t, say, won, language } = useTexts();
	const read = useRead(`till ${id}`, () => asMe((token) => api.getTill(token, id)));
	if (read.data === undefined)
		return read.failure === undefined ? <Waiting /> : <Refusal problem={read.failure} again={() => void read.again()} />;
	const till = read.data;
	const money = (amount: number | null) => (amount === null ? "–" : won(amount, till.currency));
	return (
		<>
			<Heading aside={<p className="lead"><Link href="/operator/counter/tills">{t("till.title")}</Link></p>}>{t("counter.at", { till: till.till })}</Heading>
			<Facts facts={[
				[t("col.who"), till.login_id],
				[t("col.status"), say(`till.is.${stateOf(till)}`)],
				[t("till.opened"), moment(language, till.opened_at)],
				[t("till.closed"), till.closed_at === null ? "–" : moment(language, till.closed_at)],
				[t("counter.float"), money(till.float)],
				[t("till.expected"), money(till.expected)],
				[t("counter.counted"), money(till.counted)],
				[t("till.difference"), money(till.difference)],
				[t("note.text"), till.note ?? "–"],
			]} />
			<h2>{t("counter.methods")}</h2>
			<Methods till={till} />
		</>
	);
}

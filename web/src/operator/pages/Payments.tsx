// SPDX-License-Identifier: BSD-2-Clause
//
// Payments - found; one, with what it was asked, told and booked
//
// Layer: operator.  Uses: parts, state.
import { Heading } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { Waiting } from "../../parts/Waiting";
import { useRead } from "../../state/read";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import * as api from "../calls";
import { Ask, whyOf } from "../parts/Ask";
import { Facts } from "../parts/Facts";
import { List } from "../parts/List";
import { Owner, PerformanceName } from "../parts/Named";
import { Refusal } from "../parts/Refusal";
import { Refund } from "../parts/Refund";
import { useBecame, useSold } from "../parts/sold";
import { Table } from "../parts/Table";
import { useIs } from "../role";
import { useTexts } from "../words/words";
import { AlarmTable } from "./Alarms";

export function Payments() {
	const { t, say, won, language } = useTexts();
	return (
		<List title={t("nav.payments")} name="payments" read={api.findPayments}
			keyOf={(one) => one.id} link={(one) => `/operator/payments/${one.id}`}
			filters={useSold(["SENT", "CAPTURED", "FAILED", "CANCELING", "CANCELED", "LATE"])}
			columns={[
				{ head: t("col.id"), cell: (one) => one.id },
				{ head: t("col.status"), cell: (one) => say(`payment.${one.status}`) },
				{ head: t("col.method"), cell: (one) => say(`method.${one.method}`) },
				{ head: t("col.who"), cell: (one) => <Owner of={one} /> },
				{ head: t("col.number"), cell: (one) => one.reservation_number ?? "–" },
				{ head: t("col.amount"), cell: (one) => won(one.amount, one.currency), number: true },
				{ head: t("col.refunded"), cell: (one) => won(one.refunded, one.currency), number: true },
				{ head: t("col.at"), cell: (one) => moment(language, one.created_at) },
			]} />
	);
}

/** What may be done while nobody knows what became of it. */
function Moves({ payment, done }: { payment: api.ManagedPayment; done(): Promise<void> }) {
	const { t } = useTexts();
	const isAdmin = useIs("ADMIN");
	if (!isAdmin || payment.phase === null) return null;
	const move = (which: "look" | "cancel" | "release") => async (form: FormData) => {
		await asMe((token) => api.movePayment(token, payment.id, which, whyOf(form)));
		await done();
	};
	return (
		<>
			<Ask title={t("payment.look")} lead={t("payment.look.lead")} does={move("look")} />
			<Ask title={t("payment.cancel")} lead={t("payment.cancel.lead")} does={move("cancel")} />
			<Ask title={t("payment.release")} lead={t("payment.release.lead")} typed={String(payment.id)} does={move("release")} />
		</>
	);
}

interface Line {
	at: string;
	what: string;
	more: string;
}

/** All that happened, in the order of time. */
function useStory(): (history: api.PaymentHistory) => Line[] {
	const { t, say } = useTexts();
	const became = useBecame();
	return (history) => [
		...history.moves.map(({ at, from, to }) => ({ at, what: became(from, to), more: "" })),
		...history.phases.flatMap(({ at, phase }) => (phase === null ? [] : [{ at, what: say(`phase.${phase}`), more: "" }])),
		...history.events.map(({ at, event_id }) => ({ at, what: t("payment.event"), more: event_id })),
		...history.refunds.map((one) => ({ at: one.created_at, what: say(`refund.is.${one.status}`), more: one.reason })),
	].sort((a, b) => a.at.localeCompare(b.at));
}

export function PaymentPage({ id }: { id: number }) {
	const { t, say, won, language } = useTexts();
	const story = useStory();
	const read = useRead(`payment of ${id}`, () => asMe((token) => api.getManagedPayment(token, id)));
	if (read.data === undefined)
		return read.failure === undefined ? <Waiting /> : <Refusal problem={read.failure} again={() => void read.again()} />;
	const { payment: one, outside, ledger, alarms } = read.data;
	return (
		<>
			<Heading>{t("payment.title", { id })}</Heading>
			<Facts facts={[
				[t("col.status"), [say(`payment.${one.status}`), ...(one.phase === null ? [] : [say(`phase.${one.phase}`)])].join(", ")],
				[t("col.method"), say(`method.${one.method}`)],
				[t("col.who"), <Owner key="who" of={one} link />],
				[t("col.performance"), <PerformanceName key="what" id={one.performance_id} />],
				[t("col.number"), one.reservation_number === null ? "–" : <Link key="number" href={`/operator/reservations/${one.reservation_number}`}>{one.reservation_number}</Link>],
				[t("col.amount"), won(one.amount, one.currency)],
				[t("payment.captured"), won(one.captured, one.currency)],
				[t("col.refunded"), won(one.refunded, one.currency)],
				[t("col.why"), one.reason ?? "–"],
				[t("payment.outside"), outside === null ? "–" : `${outside.provider} ${outside.outside_id ?? outside.outside_ref}`],
			]} />
			<p className="buttons">
				<Moves payment={one} done={read.again} />
				{one.status === "CAPTURED" && one.reservation_number !== null && <Refund payment={id} whole={one.reservation_number} done={read.again} />}
			</p>
			{alarms.length > 0 && <><h2>{t("nav.alarms")}</h2><AlarmTable alarms={alarms} done={read.again} /></>}
			<h2>{t("history.title")}</h2>
			<Table caption={t("history.title")} rows={story(read.data)} keyOf={(line) => `${line.at} ${line.what} ${line.more}`} columns={[
				{ head: t("col.at"), cell: (line) => moment(language, line.at) },
				{ head: t("col.what"), cell: (line) => line.what },
				{ head: t("col.why"), cell: (line) => line.more },
			]} />
			<h2>{t("payment.ledger")}</h2>
			<Table caption={t("payment.ledger")} rows={ledger} keyOf={(line) => `${line.transfer_id} ${line.line}`} columns={[
				{ head: t("payment.transfer"), cell: (line) => line.transfer_id },
				{ head: t("payment.account"), cell: (line) => say(`account.${line.account}`) },
				{ head: t("col.amount"), cell: (line) => won(line.amount, line.currency), number: true },
				{ head: t("col.why"), cell: (line) => say(`booked.${line.reason}`) },
				{ head: t("col.at"), cell: (line) => moment(language, line.at) },
			]} />
		</>
	);
}

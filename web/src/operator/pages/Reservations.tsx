// SPDX-License-Identifier: BSD-2-Clause
//
// Reservations - found by what somebody knows of it; one, with all that
// happened to it
//
// Layer: operator.  Uses: parts, state.
import { Field } from "../../parts/Field";
import { Heading } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { Waiting } from "../../parts/Waiting";
import { textOf } from "../../state/form";
import { useRead } from "../../state/read";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import { addressOf } from "../address";
import * as api from "../calls";
import { Ask } from "../parts/Ask";
import { Facts } from "../parts/Facts";
import { List } from "../parts/List";
import { Owner, PerformanceName, SeatNames } from "../parts/Named";
import { Refusal } from "../parts/Refusal";
import { History, leftOf, ReservationMoves } from "../parts/Reservation";
import { useSold } from "../parts/sold";
import { Table } from "../parts/Table";
import { useTexts } from "../words/words";
import { PrintsOf } from "./Prints";

export function Reservations() {
	const { t, b, won, language } = useTexts();
	return (
		<List title={t("nav.reservations")} name="reservations" read={api.findReservations}
			keyOf={(one) => one.number} link={(one) => `/operator/reservations/${one.number}`}
			filters={useSold(["CONFIRMED", "PARTLY_CANCELLED", "CANCELLED"])}
			columns={[
				{ head: t("col.number"), cell: (one) => one.number },
				{ head: t("col.status"), cell: (one) => b(`reservation.${one.status}`) },
				{ head: t("col.who"), cell: (one) => <Owner of={one} /> },
				{ head: t("col.performance"), cell: (one) => <PerformanceName id={one.performance_id} /> },
				{ head: t("col.seats"), cell: (one) => one.seat_ids.length, number: true },
				{ head: t("col.amount"), cell: (one) => won(one.amount, one.currency), number: true },
				{ head: t("col.at"), cell: (one) => moment(language, one.created_at) },
			]} />
	);
}

/** What operators wrote down, for who looks at it later. */
function Notes({ number, notes, done }: { number: string; notes: api.ReservationHistory["notes"]; done(): Promise<void> }) {
	const { t, language } = useTexts();
	const write = async (form: FormData) => {
		await asMe((token) => api.noteReservation(token, number, textOf(form, "note").trim()));
		await done();
	};
	return (
		<>
			<h2>{t("note.title")}</h2>
			{notes.length > 0 && (
				<Table caption={t("note.title")} rows={notes} keyOf={(note) => note.id} columns={[
					{ head: t("col.at"), cell: (note) => moment(language, note.at) },
					{ head: t("note.text"), cell: (note) => note.note },
					{ head: t("col.who"), cell: (note) => note.user_id === null ? "boxofficectl" : `#${note.user_id}` },
				]} />
			)}
			<p className="buttons">
				<Ask title={t("note.write")} why={false} does={write}>
					<Field label={t("note.text")} name="note" required maxLength={500} autoComplete="off" />
				</Ask>
			</p>
		</>
	);
}

export function ReservationPage({ number }: { number: string }) {
	const { t, b, say, won, language } = useTexts();
	const read = useRead(`reservation of ${number}`, () => asMe((token) => api.getManagedReservation(token, number)));
	if (read.data === undefined)
		return read.failure === undefined ? <Waiting /> : <Refusal problem={read.failure} again={() => void read.again()} />;
	const { reservation: one, moves, notes, payment } = read.data;
	const left = leftOf(one);
	return (
		<>
			<Heading>{t("reservation.title", { number: one.number })}</Heading>
			<Facts facts={[
				[t("col.status"), b(`reservation.${one.status}`)],
				[t("col.who"), <Owner key="who" of={one} link />],
				[t("col.performance"), <Link key="what" href={`/operator/performances/${one.performance_id}`}><PerformanceName id={one.performance_id} /></Link>],
				[t("col.seats"), <SeatNames key="seats" performance={one.performance_id} ids={left} section={one.section_id} />],
				[t("reservation.back"), <SeatNames key="back" performance={one.performance_id} ids={one.cancelled_seat_ids} section={one.section_id} />],
				[t("col.amount"), won(one.amount, one.currency)],
				[t("col.payment"), <Link key="paid" href={`/operator/payments/${one.payment_id}`}>{say(`method.${payment.payment.method}`)} #{one.payment_id}</Link>],
				[t("col.at"), moment(language, one.created_at)],
			]} />
			<p className="buttons">
				<ReservationMoves one={one} done={read.again} />
				{one.section_id === null && left[0] !== undefined && <Link className="quiet" href={addressOf(`/operator/performances/${one.performance_id}/board`, { seat: left[0] })}>{t("board.see")}</Link>}
			</p>
			<h2>{t("history.title")}</h2>
			<History of={one} moves={moves} />
			{one.till_id !== null && <PrintsOf number={one.number} />}
			<Notes number={one.number} notes={notes} done={read.again} />
		</>
	);
}

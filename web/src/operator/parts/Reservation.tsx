// SPDX-License-Identifier: BSD-2-Clause
//
// Reservation - what became of a reservation, and what may be done with it
//
// Layer: operator.  Uses: parts.
import { Link } from "../../parts/Link";
import { moment } from "../../words/words";
import type { ManagedReservation, ReservationHistory } from "../calls";
import { useTexts } from "../words/words";
import { Move } from "./Move";
import { SeatNames } from "./Named";
import { PassOn } from "./PassOn";
import { Refund } from "./Refund";
import { useBecame } from "./sold";
import { Table } from "./Table";

/** Seats, or places, that were not given back. */
export const leftOf = (one: ManagedReservation): number[] =>
	one.seat_ids.filter((id) => !one.cancelled_seat_ids.includes(id));

type Line = ReservationHistory["moves"][number];

/** What happened: another status, or other seats. */
function useStory(): (line: Line) => string {
	const { t } = useTexts();
	const became = useBecame();
	return ({ from, to, reason }) => (from === to && reason === "move" ? t("move.do") : became(from, to));
}

export function History({ of, moves }: { of: ManagedReservation; moves: Line[] }) {
	const { t, language } = useTexts();
	const story = useStory();
	return (
		<Table caption={t("history.title")} rows={moves} keyOf={(move) => `${move.at} ${move.to}`} columns={[
			{ head: t("col.at"), cell: (move) => moment(language, move.at) },
			{ head: t("col.what"), cell: story },
			{ head: t("col.seats"), cell: (move) => <SeatNames performance={of.performance_id} ids={move.seat_ids ?? []} section={of.section_id} /> },
			{ head: t("col.who"), cell: (move) => move.user_id === null ? "–" : <Link href={`/operator/users/${move.user_id}`}>#{move.user_id}</Link> },
			{ head: t("col.why"), cell: (move) => move.reason },
		]} />
	);
}

/** The same where there is little room. */
export function ShortHistory({ moves }: { moves: Line[] }) {
	const { language } = useTexts();
	const story = useStory();
	return (
		<ul className="plain">
			{moves.map((move) => (
				<li key={`${move.at} ${move.to}`}>
					{story(move)} <small>{[moment(language, move.at), move.reason].filter(Boolean).join(" · ")}</small>
				</li>
			))}
		</ul>
	);
}

/** To other seats, to another user, or back. */
export function ReservationMoves({ one, done }: { one: ManagedReservation; done(): Promise<void> }) {
	const ids = leftOf(one);
	const places = one.section_id !== null;
	return (
		<>
			{!places && <Move number={one.number} performance={one.performance_id} left={ids} done={done} />}
			{one.till_id === null && ids.length > 0 && <PassOn number={one.number} done={done} />}
			<Refund payment={one.payment_id} left={{ performance: one.performance_id, ids, places }} done={done} />
		</>
	);
}

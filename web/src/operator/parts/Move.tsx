// SPDX-License-Identifier: BSD-2-Clause
//
// Move - seats of a reservation become others, or tickets of another type
//
// Layer: operator.  Uses: counter, parts, state.
import { useState } from "react";
import type { Seat } from "../../api/calls";
import { Field } from "../../parts/Field";
import { Notice } from "../../parts/Notice";
import { textOf } from "../../state/form";
import { useRead } from "../../state/read";
import { asMe } from "../../state/session";
import { getPerformance, moveManagedReservation } from "../calls";
import { command, placed } from "../counter/command";
import { useMyTill } from "../counter/till";
import { useLayout } from "../layout";
import { useOnce } from "../once";
import { useTexts } from "../words/words";
import { Ask, whyOf } from "./Ask";
import { Select } from "./Select";

/** One seat as it is said, "A12", or its id. */
function seatIn(text: string, places: Map<string, number[]>): number | undefined {
	if (/^\d+$/u.test(text)) return Number(text);
	const said = command(text, places);
	return "seats" in said && said.seats.length === 1 ? said.seats[0] : undefined;
}

interface Moved {
	number: string;
	performance: number;
	left: number[];
	done(): Promise<void>;
}

/** wrong: what was written and is no seat; "": nothing was. */
function Lines({ performance, left, seats, wrong }: Moved & { seats: readonly Seat[]; wrong: string | undefined }) {
	const { t, b } = useTexts();
	const types = useRead(`performance ${performance}`, () => asMe((token) => getPerformance(token, performance))).data?.ticket_types ?? [];
	return (
		<>
			{left.map((id) => {
				const seat = seats.find((one) => one.seat_id === id);
				const name = seat === undefined ? `#${id}` : b("seat.short", { row: seat.row, number: seat.number });
				return (
					<div key={id} className="form-row" role="group" aria-label={name}>
						<Field label={t("move.to", { seat: name })} name={`to-${id}`} autoComplete="off" placeholder={seat === undefined ? "" : `${seat.row}${seat.number}`} />
						{types.length > 1 && <Select label={t("by.type")} name={`type-${id}`} defaultValue="" options={[{ value: "", label: t("move.same") }, ...types.map(({ code, name: called }) => ({ value: code, label: called }))]} />}
					</div>
				);
			})}
			{wrong !== undefined && <Notice kind="bad">{wrong === "" ? t("move.none") : t("counter.unknown", { word: wrong })}</Notice>}
		</>
	);
}

export function Move(props: Moved) {
	const { number, performance, left, done } = props;
	const { t } = useTexts();
	const keyOf = useOnce();
	const [wrong, setWrong] = useState<string>();
	const till = useMyTill().data?.items[0];
	const seats = useLayout(performance).data?.seats ?? [];
	const move = async (form: FormData) => {
		const places = placed(seats);
		const lines: Parameters<typeof moveManagedReservation>[2]["seats"] = [];
		setWrong(undefined);
		for (const from of left) {
			const [text, ticket_type] = [textOf(form, `to-${from}`).trim(), textOf(form, `type-${from}`)];
			if (text === "" && ticket_type === "") continue;
			const to = text === "" ? from : seatIn(text, places);
			if (to === undefined) {
				setWrong(text);
				return false;
			}
			lines.push({ from, to, ...(ticket_type !== "" && { ticket_type }) });
		}
		if (lines.length === 0) {
			setWrong("");
			return false;
		}
		const body = { seats: lines, reason: whyOf(form), ...(till !== undefined && { till_id: till.id }) };
		await asMe((token) => moveManagedReservation(token, number, body, keyOf(body)));
		await done();
		return true;
	};
	if (left.length === 0) return null;
	return <Ask title={t("move.do")} lead={t("move.lead")} does={move}><Lines {...props} seats={seats} wrong={wrong} /></Ask>;
}

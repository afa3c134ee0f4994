// SPDX-License-Identifier: BSD-2-Clause
//
// SomeSeats - which of the seats of a sale are meant: some of them, or all
//
// Layer: operator.  Uses: parts.
import { Field } from "../../parts/Field";
import { textOf } from "../../state/form";
import { useLayout } from "../layout";
import { useTexts } from "../words/words";

interface Left {
	performance: number;
	/** Seats, or places of a counter section, that were not given back. */
	ids: number[];
	/** They are counted. */
	places: boolean;
}

/** What a form says that is asked with it; {}: all of them. */
export function someOf(form: FormData, { ids, places }: Left): { seat_ids?: number[]; quantity?: number } {
	if (places) {
		const n = Number(textOf(form, "some"));
		return n > 0 ? { quantity: n } : {};
	}
	const some = form.getAll("some").map(Number);
	return some.length === 0 || some.length === ids.length ? {} : { seat_ids: some };
}

function Boxes({ performance, ids }: Left) {
	const { t, b } = useTexts();
	const seats = useLayout(performance).data?.seats;
	const nameOf = (id: number) => {
		const seat = seats?.find(({ seat_id }) => seat_id === id);
		return seat === undefined ? `#${id}` : b("seat.short", { row: seat.row, number: seat.number });
	};
	return (
		<fieldset className="some">
			<legend>{t("refund.some")}</legend>
			{ids.map((id) => <label key={id} className="agree"><input type="checkbox" name="some" value={id} />{nameOf(id)}</label>)}
			<small>{t("refund.some.hint")}</small>
		</fieldset>
	);
}

/** Asks only where there is more than one. */
export function SomeSeats(left: Left) {
	const { t } = useTexts();
	if (left.ids.length < 2) return null;
	if (!left.places) return <Boxes {...left} />;
	return <Field label={t("refund.places")} name="some" type="number" min={1} max={left.ids.length} autoComplete="off" hint={t("refund.places.hint", { n: left.ids.length })} />;
}

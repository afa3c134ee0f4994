// SPDX-License-Identifier: BSD-2-Clause
//
// Refund - seats are given back for a buyer, and the money with them
//
// Layer: operator.  Uses: parts, state.
import { Field } from "../../parts/Field";
import { textOf } from "../../state/form";
import { asMe } from "../../state/session";
import { refundPayment } from "../calls";
import { useOnce } from "../once";
import { useIs } from "../role";
import { useTexts } from "../words/words";
import { Ask, whyOf } from "./Ask";

/** Of what somebody wrote, "5, 7": numbers among those that are left. */
export function chosenOf(text: string): number[] {
	return [...new Set((text.match(/\d+/g) ?? []).map(Number))];
}

export function Refund(props: {
	payment: number;
	/** Seats, or places of a counter section; none: all of it is asked for. */
	left: number[];
	places: boolean;
	done(): Promise<void>;
}) {
	const { t } = useTexts();
	const isAdmin = useIs("ADMIN");
	const keyOf = useOnce();
	if (!isAdmin) return null;
	const refund = async (form: FormData) => {
		const some = chosenOf(textOf(form, "some"));
		const what = some.length === 0 ? {} : props.places ? { quantity: some[0] ?? 1 } : { seat_ids: some };
		const body = { ...what, reason: whyOf(form) };
		await asMe((token) => refundPayment(token, props.payment, body, keyOf(body)));
		await props.done();
	};
	return (
		<Ask title={t("refund.do")} lead={t("refund.lead")} does={refund}>
			{props.left.length > 1 && <Field label={props.places ? t("refund.places") : t("refund.some")} name="some" autoComplete="off" inputMode="numeric" hint={props.places ? t("refund.places.hint", { n: props.left.length }) : t("refund.some.hint", { seats: props.left.join(", ") })} />}
		</Ask>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Refund - seats are given back for a buyer, and the money with them
//
// Layer: operator.  Uses: parts, state.
import { asMe } from "../../state/session";
import { refundPayment } from "../calls";
import { useOnce } from "../once";
import { useIs } from "../role";
import { useTexts } from "../words/words";
import { Ask, whyOf } from "./Ask";
import { someOf, SomeSeats } from "./SomeSeats";

/** Some of what is left of a reservation goes back, or all of one by its number,
 * also what other payments paid for it. */
export function Refund({ payment, left, whole, done }: { payment: number; left?: Parameters<typeof SomeSeats>[0]; whole?: string; done(): Promise<void> }) {
	const { t } = useTexts();
	const isAdmin = useIs("ADMIN");
	const keyOf = useOnce();
	if (!isAdmin || left?.ids.length === 0) return null;
	const refund = async (form: FormData) => {
		const body = { ...(left && someOf(form, left)), reason: whyOf(form) };
		await asMe((token) => refundPayment(token, payment, body, keyOf(body)));
		await done();
	};
	const lead = whole === undefined ? t("refund.lead") : t("refund.whole", { number: whole });
	return <Ask title={t("refund.do")} lead={lead} does={refund}>{left && <SomeSeats {...left} />}</Ask>;
}

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

/** left: none is told: all of it is asked for. */
export function Refund({ payment, left, done }: { payment: number; left?: Parameters<typeof SomeSeats>[0]; done(): Promise<void> }) {
	const { t } = useTexts();
	const isAdmin = useIs("ADMIN");
	const keyOf = useOnce();
	if (!isAdmin || left?.ids.length === 0) return null;
	const refund = async (form: FormData) => {
		const body = { ...(left && someOf(form, left)), reason: whyOf(form) };
		await asMe((token) => refundPayment(token, payment, body, keyOf(body)));
		await done();
	};
	return <Ask title={t("refund.do")} lead={t("refund.lead")} does={refund}>{left && <SomeSeats {...left} />}</Ask>;
}

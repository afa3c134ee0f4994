// SPDX-License-Identifier: BSD-2-Clause
//
// Payment - what becomes of a payment by card; banks send buyers back to here
//
// What the address says of it is no proof, so that the server alone is asked.
//
// Layer: pages.  Uses: parts, state, api.
import { useEffect, useState } from "react";
import type * as api from "../api/calls";
import { Problem } from "../api/client";
import { Heading } from "../parts/Frame";
import { Link } from "../parts/Link";
import { Notice, Refused } from "../parts/Notice";
import { Waiting } from "../parts/Waiting";
import { useWords } from "../state/language";
import { useLoginFirst } from "../state/login";
import { giveUp, goToBank, useBank, usePayment, waits } from "../state/paying";
import { goInstead } from "../state/route";

const REASONS = [
	"card_declined", "insufficient_funds", "expired_card", "incorrect_card", "authentication_failed",
	"given-up", "deadline",
] as const;
type Reason = (typeof REASONS)[number];

const isReason = (word: string | null): word is Reason => REASONS.some((one) => one === word);

function Asking(props: { payment: api.Payment; bank: string | undefined; put(payment: api.Payment): void }) {
	const { payment, bank } = props;
	const { t } = useWords();
	const [problem, setProblem] = useState<Problem>();
	const [busy, setBusy] = useState(false);
	const drop = async () => {
		setBusy(true);
		try {
			props.put(await giveUp(payment.id));
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			setProblem(failure);
		} finally {
			setBusy(false);
		}
	};
	const going = payment.status === "CANCELING";
	return (
		<>
			<Notice><p>{going ? t("payment.canceling") : bank === undefined ? t("payment.asking") : t("payment.bank")}</p></Notice>
			<Waiting />
			<Refused problem={problem} />
			{!going && (
				<p className="buttons">
					{bank !== undefined && <button type="button" className="button" onClick={() => goToBank(bank)}>{t("payment.to-bank")}</button>}
					<button type="button" className="quiet" disabled={busy} onClick={() => void drop()}>{t("payment.give-up")}</button>
				</p>
			)}
		</>
	);
}

function Failed({ payment }: { payment: api.Payment }) {
	const { t, won } = useWords();
	const { reason } = payment;
	if (payment.status === "LATE")
		return <Notice kind="bad"><p>{t("payment.late", { amount: won(payment.refunded, payment.currency) })}</p></Notice>;
	return (
		<>
			<Notice kind={reason === "given-up" ? "plain" : "bad"}>
				<p>{isReason(reason) ? t(`payment.reason.${reason}`) : t("payment.reason.other")}</p>
			</Notice>
			<p>{payment.moves === null ? t("payment.kept") : t("move.kept")}</p>
			<p className="buttons">
				{payment.moves === null
					? <Link className="button" href={`/performances/${payment.performance_id}/basket`}>{t("payment.again")}</Link>
					: <Link className="button" href={`/reservations/${payment.moves}/move`}>{t("move.back")}</Link>}
			</p>
		</>
	);
}

/** Where one sees what was paid for; it may be another's by now. */
function boughtBy(payment: api.Payment): string {
	if (payment.reservation_number === null) return "/reservations";
	return payment.moves === null ? `/done/${payment.reservation_number}` : `/reservations/${payment.moves}`;
}

export function PaymentPage({ id }: { id: number }) {
	const { t, won } = useWords();
	const read = usePayment(id);
	const payment = read.data;
	const bank = useBank(payment);
	useLoginFirst(read.failure);
	useEffect(() => {
		if (payment?.status === "CAPTURED") goInstead(boughtBy(payment));
	}, [payment]);
	return (
		<>
			<Heading aside={payment !== undefined && <p className="lead">{won(payment.amount, payment.currency)}</p>}>{t("payment.title")}</Heading>
			{payment === undefined && (read.failure === undefined ? <Waiting /> : <Refused problem={read.failure} again={() => void read.again()} />)}
			{payment !== undefined && (waits(payment) || payment.status === "CAPTURED") && <Asking payment={payment} bank={bank} put={read.put} />}
			{payment !== undefined && ["FAILED", "CANCELED", "LATE"].includes(payment.status) && <Failed payment={payment} />}
		</>
	);
}

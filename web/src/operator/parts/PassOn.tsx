// SPDX-License-Identifier: BSD-2-Clause
//
// PassOn - a reservation becomes another user's, who need not accept
//
// Layer: operator.  Uses: parts, state.
import { Field } from "../../parts/Field";
import { textOf } from "../../state/form";
import { asMe } from "../../state/session";
import { transferManagedReservation } from "../calls";
import { useTexts } from "../words/words";
import { Ask, whyOf } from "./Ask";

export function PassOn({ number, done }: { number: string; done(): Promise<void> }) {
	const { t } = useTexts();
	const pass = async (form: FormData) => {
		const body = { to: textOf(form, "to").trim(), reason: whyOf(form) };
		await asMe((token) => transferManagedReservation(token, number, body));
		await done();
	};
	return (
		<Ask title={t("transfer.do")} lead={t("transfer.lead")} does={pass}>
			<Field label={t("transfer.to")} name="to" required maxLength={64} autoComplete="off" autoCapitalize="none" spellCheck={false} />
		</Ask>
	);
}

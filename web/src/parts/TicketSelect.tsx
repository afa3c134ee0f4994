// SPDX-License-Identifier: BSD-2-Clause
//
// TicketSelect - as what a place is bought; nothing where there is one type
//
// Layer: parts.  Uses: state.
import { useWords } from "../state/language";
import { priceFor, type Prices, type TicketType } from "../state/tickets";

export function TicketSelect(props: {
	types: readonly TicketType[];
	/** Of which place. */
	place: string;
	/** undefined: not known here. */
	prices: Prices | undefined;
	currency: string;
	value: string;
	disabled?: boolean;
	set(code: string): void;
}) {
	const { types, prices } = props;
	const { t, won } = useWords();
	if (types.length < 2) return null;
	return (
		<select className="ticket-select" aria-label={t("ticket.for", { place: props.place })} value={props.value} disabled={props.disabled} onChange={(event) => props.set(event.currentTarget.value)}>
			{types.map((one) => (
				<option key={one.code} value={one.code}>
					{one.name}{prices !== undefined && ` · ${won(priceFor(prices, one.code), props.currency)}`}
				</option>
			))}
		</select>
	);
}

/** What is to be known of the types that were chosen. */
export function TicketNotes(props: { types: readonly TicketType[]; chosen: readonly string[]; wrong: TicketType | undefined }) {
	const { types, chosen, wrong } = props;
	const { t } = useWords();
	const proof = types.filter((one) => one.needs_proof && chosen.includes(one.code));
	return (
		<>
			{proof.length > 0 && <p className="ticket-note">{t("ticket.proof", { types: proof.map((one) => one.name).join(", ") })}</p>}
			{wrong !== undefined && (
				<p className="ticket-note wrong" role="status">
					{wrong.max !== null && (wrong.min === null || wrong.max < chosen.filter((one) => one === wrong.code).length)
						? t("ticket.most", { type: wrong.name, n: wrong.max })
						: t("ticket.least", { type: wrong.name, n: wrong.min ?? 1 })}
				</p>
			)}
		</>
	);
}

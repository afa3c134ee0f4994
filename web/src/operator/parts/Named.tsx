// SPDX-License-Identifier: BSD-2-Clause
//
// Named - what an id stands for, as people call it
//
// Layer: operator.  Uses: parts, state, api.
import type { Performance } from "../../api/calls";
import { Link } from "../../parts/Link";
import { useRead } from "../../state/read";
import { asMe } from "../../state/session";
import { dayAndTime } from "../../words/words";
import { getPerformance } from "../calls";
import { useLayout } from "../layout";
import { useIs } from "../role";
import { useTexts } from "../words/words";

const asked = new Map<number, Promise<Performance>>();

/** Rows of a list that are of one performance ask for it once. */
function performanceOf(id: number): Promise<Performance> {
	const known = asked.get(id);
	if (known !== undefined) return known;
	const answer = asMe((token) => getPerformance(token, id));
	const forget = () => asked.delete(id);
	asked.set(id, answer);
	answer.then(forget, forget);
	return answer;
}

/** A draft has no name that everybody may read: it is shown by its number. */
export function PerformanceName({ id }: { id: number }) {
	const { language } = useTexts();
	const one = useRead(`performance ${id}`, () => performanceOf(id)).data;
	if (one === undefined) return <>#{id}</>;
	return (
		<>
			{one.show.title} <small>{dayAndTime(language, one.starts_at, one.utc_offset)}</small>
		</>
	);
}

/** Whose something is: a user's, or sold by a till, for a name where one was said. */
export function Owner({ of, link = false }: {
	of: { user_id: number | null; login_id: string | null; till_id: number | null; name?: string | null };
	/** To the user, for who may look at one. */
	link?: boolean;
}) {
	const { t } = useTexts();
	const isAdmin = useIs("ADMIN");
	if (of.user_id === null)
		return <>{[t("col.till", { id: of.till_id ?? "–" }), of.name].filter(Boolean).join(", ")}</>;
	const name = of.login_id ?? `#${of.user_id}`;
	return link && isAdmin ? <Link href={`/operator/users/${of.user_id}`}>{name}</Link> : <>{name}</>;
}

/** Seats by row and number; places of a counter section are counted. */
export function SeatNames(props: { performance: number; ids: number[]; section: number | null }) {
	const { t, b } = useTexts();
	const isOf = props.section === null && props.ids.length > 0;
	const layout = useLayout(isOf ? props.performance : undefined).data;
	if (props.ids.length === 0) return <>–</>;
	if (props.section !== null) return <>{t("seats.places", { n: props.ids.length })}</>;
	const names = props.ids.map((id) => {
		const seat = layout?.seats.find((one) => one.seat_id === id);
		return seat === undefined ? `#${id}` : `${b("seat.short", { row: seat.row, number: seat.number })} (${id})`;
	});
	return <>{names.join(", ")}</>;
}

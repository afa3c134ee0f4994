// SPDX-License-Identifier: BSD-2-Clause
//
// Named - what an id stands for, as people call it
//
// Layer: operator.  Uses: state, api.
import { getLayout, getPerformance } from "../../api/calls";
import { useRead } from "../../state/read";
import { dayAndTime } from "../../words/words";
import { useTexts } from "../words/words";

/** A draft has no name that everybody may read: it is shown by its number. */
export function PerformanceName({ id }: { id: number }) {
	const { language } = useTexts();
	const one = useRead(`performance ${id}`, () => getPerformance(id)).data;
	if (one === undefined) return <>#{id}</>;
	return (
		<>
			{one.show.title} <small>{dayAndTime(language, one.starts_at, one.utc_offset)}</small>
		</>
	);
}

/** Seats by row and number; places of a counter section are counted. */
export function SeatNames(props: { performance: number; ids: number[]; section: number | null }) {
	const { t, b } = useTexts();
	const isOf = props.section === null && props.ids.length > 0;
	const layout = useRead(isOf ? `layout ${props.performance}` : undefined, () => getLayout(props.performance)).data;
	if (props.ids.length === 0) return <>–</>;
	if (props.section !== null) return <>{t("seats.places", { n: props.ids.length })}</>;
	const names = props.ids.map((id) => {
		const seat = layout?.seats.find((one) => one.seat_id === id);
		return seat === undefined ? `#${id}` : `${b("seat.short", { row: seat.row, number: seat.number })} (${id})`;
	});
	return <>{names.join(", ")}</>;
}

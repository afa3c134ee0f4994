// SPDX-License-Identifier: BSD-2-Clause
//
// Named - what an id stands for, as people call it
//
// Layer: operator.  Uses: state, api.
import { getPerformance } from "../../api/calls";
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

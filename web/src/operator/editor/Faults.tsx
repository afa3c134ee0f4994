// SPDX-License-Identifier: BSD-2-Clause
//
// Faults - what is wrong with the hall, as one draws; each leads to where it is
//
// Layer: operator/editor.  Uses: state, faults.
import { useEffect, useState } from "react";
import { useTexts } from "../words/words";
import type { Hall } from "./document";
import { faultsOf, seatCount, type Fault } from "./faults";
import { byItem } from "./split";
import { chooseSeats, chooseThings, use, useEditor } from "./state";

/** So long after the last change: what is found costs more than a frame. */
const REST_MS = 150;

/** Of the hall as it was a moment ago. */
export function useFaults(hall: Hall): readonly Fault[] {
	const [faults, setFaults] = useState<readonly Fault[]>([]);
	useEffect(() => {
		const timer = setTimeout(() => setFaults(faultsOf(hall)), REST_MS);
		return () => clearTimeout(timer);
	}, [hall]);
	return faults;
}

/** returns: what is to be brought into sight */
function choose(fault: Fault): ReadonlySet<string> {
	const hall = useEditor.getState().history.now;
	const section = hall.sections.find(({ key, id }) => key === fault.where || fault.ids.includes(id));
	if (section !== undefined) useEditor.setState({ section: section.id });
	if (fault.seats.length > 0) {
		use("seats");
		chooseSeats(new Set(fault.seats));
		return new Set(byItem(fault.seats).keys());
	}
	use("select");
	chooseThings(new Set(fault.ids));
	return new Set(fault.ids);
}

export function Faults(props: { faults: readonly Fault[]; show(ids: ReadonlySet<string>): void }) {
	const { t, language } = useTexts();
	const hall = useEditor((state) => state.history.now);
	return (
		<section>
			<h2>{t("hall.faults")}</h2>
			<p><small>{t("hall.count", { n: seatCount(hall).toLocaleString(language) })}</small></p>
			{props.faults.length === 0 && <p>{t("hall.faults.none")}</p>}
			<ul className="hall-faults">
				{props.faults.map((fault) => (
					<li key={`${fault.kind} ${fault.where}`}>
						<button type="button" className={fault.error ? "bad" : "warn"} onClick={() => props.show(choose(fault))}>
							<b>{t(fault.error ? "hall.error" : "hall.warning")}</b> {t(`fault.${fault.kind}`, { n: fault.n })}
							{fault.where !== "" && <small> {fault.where}</small>}
						</button>
					</li>
				))}
			</ul>
		</section>
	);
}

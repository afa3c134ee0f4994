// SPDX-License-Identifier: BSD-2-Clause
//
// RefundTerms - what comes back of places given back, and until when
//
// Layer: parts.  Uses: state, words.
import type * as api from "../api/calls";
import { useWords } from "../state/language";
import { dayAndTime } from "../words/words";

/** The steps of a performance's policy that have not ended. */
export function RefundTerms({ performance }: { performance: api.Performance }) {
	const { t, won, language } = useWords();
	const { steps, grace } = performance.refund_policy;
	const when = (time: string) => dayAndTime(language, time, performance.utc_offset);
	const left = steps.filter((step) => Date.parse(step.until) > Date.now());
	if (left.length === 0) return <p>{t("basket.terms.never")}</p>;
	return (
		<>
			<ul className="refund-terms">
				{left.map((step) => (
					<li key={step.until}>
						{t(step.fee === 0 ? "refund.step" : "refund.step.fee", {
							time: when(step.until),
							percent: step.percent,
							fee: won(step.fee, performance.currency),
						})}
					</li>
				))}
			</ul>
			{grace !== null && Date.parse(grace.until) > Date.now() && (
				<p>{t("refund.grace", { hours: grace.hours, time: when(grace.until) })}</p>
			)}
		</>
	);
}

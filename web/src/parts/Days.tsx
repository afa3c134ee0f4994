// SPDX-License-Identifier: BSD-2-Clause
//
// Days - a strip of days, one of which is chosen
//
// Layer: parts.  Uses: state.
import { useWords } from "../state/language";
import { dayParts } from "../words/words";

export function Days(props: {
	days: string[];
	chosen: string | undefined;
	choose(day: string): void;
}) {
	const { t, language } = useWords();
	return (
		<div className="days" role="group" aria-label={t("days")}>
			{props.days.map((date) => {
				const parts = dayParts(language, date);
				return (
					<button key={date} type="button" aria-pressed={date === props.chosen} onClick={() => props.choose(date)}>
						<small>{parts.weekday}</small>{" "}
						<b>{parts.day}</b>{" "}
						<small>{parts.month}</small>
					</button>
				);
			})}
		</div>
	);
}

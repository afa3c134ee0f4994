// SPDX-License-Identifier: BSD-2-Clause
//
// Stepper - a small number, by two buttons
//
// Layer: parts.  Uses: state.
import { useWords } from "../state/language";

export function Stepper(props: {
	label: string;
	value: number;
	min: number;
	max: number;
	set(value: number): void;
}) {
	const { t } = useWords();
	const { label, value, min, max, set } = props;
	return (
		<div className="stepper" role="group" aria-label={label}>
			<button type="button" disabled={value <= min} aria-label={t("fewer", { what: label })} onClick={() => set(value - 1)}>
				−
			</button>
			<output aria-live="polite">{value}</output>
			<button type="button" disabled={value >= max} aria-label={t("more", { what: label })} onClick={() => set(value + 1)}>
				+
			</button>
		</div>
	);
}

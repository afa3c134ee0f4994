// SPDX-License-Identifier: BSD-2-Clause
//
// Select - a named choice of one
//
// Layer: operator.
import { useId, type SelectHTMLAttributes } from "react";

export interface Option {
	value: string;
	label: string;
}

export function Select(props: SelectHTMLAttributes<HTMLSelectElement> & { label: string; options: Option[] }) {
	const { label, options, ...select } = props;
	const id = useId();
	return (
		<p className="field">
			<label htmlFor={id}>{label}</label>
			<select id={id} {...select}>
				{options.map((one) => <option key={one.value} value={one.value}>{one.label}</option>)}
			</select>
		</p>
	);
}

/** Its options, where each is called by a word of the API. */
export const optionsOf = (values: readonly string[], say: (value: string) => string): Option[] =>
	values.map((value) => ({ value, label: say(value) }));

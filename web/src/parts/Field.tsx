// SPDX-License-Identifier: BSD-2-Clause
//
// Field - a named input, with what is wrong with it tied to it
//
// Layer: parts.
import { useId, type InputHTMLAttributes } from "react";

export function Field(
	props: InputHTMLAttributes<HTMLInputElement> & {
		label: string;
		hint?: string;
		wrong?: string | undefined;
	},
) {
	const { label, hint, wrong, ...input } = props;
	const id = useId();
	const told = wrong ?? hint;
	return (
		<p className="field">
			<label htmlFor={id}>{label}</label>
			<input id={id} aria-invalid={wrong !== undefined} aria-describedby={told === undefined ? undefined : `${id}-told`} {...input} />
			{told !== undefined && (
				<small id={`${id}-told`} className={wrong === undefined ? "" : "wrong"}>
					{told}
				</small>
			)}
		</p>
	);
}

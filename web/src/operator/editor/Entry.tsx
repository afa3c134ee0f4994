// SPDX-License-Identifier: BSD-2-Clause
//
// Entry - a field of a thing: what is written counts when it is left, or on
// Enter, so that it is one step of the history
//
// Layer: operator/editor.  Uses: parts.
import { useId, useState, type InputHTMLAttributes } from "react";
import { Field } from "../../parts/Field";
import type { Names } from "./document";
import { useTexts } from "../words/words";

type Input = Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "onChange">;

export function Entry(props: Input & { label: string; value: string; commit(text: string): void }) {
	const { value, commit, ...input } = props;
	const [draft, setDraft] = useState<string>();
	const done = () => {
		setDraft(undefined);
		if (draft !== undefined && draft !== value) commit(draft);
	};
	return (
		<Field
			{...input}
			value={draft ?? value}
			onChange={(event) => setDraft(event.currentTarget.value)}
			onBlur={done}
			onKeyDown={(event) => {
				if (event.key === "Enter") done();
				if (event.key === "Escape") setDraft(undefined);
			}}
		/>
	);
}

/** A number in its bounds; what is none is not taken. */
export function NumberEntry(
	props: Omit<Input, "min" | "max"> & {
		label: string;
		value: number;
		min: number;
		max: number;
		whole?: boolean;
		commit(value: number): void;
	},
) {
	const { value, commit, whole = false, min, max, ...input } = props;
	return (
		<Entry
			{...input}
			inputMode="decimal"
			value={String(value)}
			commit={(text) => {
				const next = Number(text.replace(",", "."));
				const fits = text.trim() !== "" && next >= min && next <= max;
				if (fits && (!whole || Number.isInteger(next))) commit(next);
			}}
		/>
	);
}

/** In both languages. */
export function NamesEntry(props: { label: string; value: Names; max: number; commit(names: Names): void }) {
	const { label, value, max, commit } = props;
	const { t } = useTexts();
	return (
		<>
			<Entry label={t("hall.in.ko", { what: label })} value={value.ko} maxLength={max} lang="ko"
				commit={(ko) => commit({ ko, en: value.en === value.ko || value.en === "" ? ko : value.en })} />
			<Entry label={t("hall.in.en", { what: label })} value={value.en} maxLength={max} lang="en"
				commit={(en) => commit({ ...value, en })} />
		</>
	);
}

export function Choice<Value extends string>(props: {
	label: string;
	value: Value;
	options: readonly (readonly [Value, string])[];
	choose(value: Value): void;
}) {
	const id = useId();
	return (
		<p className="field">
			<label htmlFor={id}>{props.label}</label>
			<select id={id} value={props.value} onChange={(event) => props.choose(event.currentTarget.value as Value)}>
				{props.options.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
			</select>
		</p>
	);
}

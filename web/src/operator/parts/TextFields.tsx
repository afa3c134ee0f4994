// SPDX-License-Identifier: BSD-2-Clause
//
// TextFields - what is said in both languages; catalog/texts reads it
//
// Layer: operator.  Uses: catalog, parts.
import { useId } from "react";
import { Field } from "../../parts/Field";
import { nameIn, type Text } from "../catalog/texts";
import { useTexts } from "../words/words";

function Area({ label, name, value, max }: { label: string; name: string; value: string; max: number }) {
	const id = useId();
	return (
		<p className="field">
			<label htmlFor={id}>{label}</label>
			<textarea id={id} name={name} defaultValue={value} maxLength={max} rows={3} />
		</p>
	);
}

export function TextFields(props: { label: string; name: string; text?: Text; max: number; long?: boolean; required?: boolean }) {
	const { t } = useTexts();
	const { name, text, max } = props;
	const one = (language: "ko" | "en") => ({
		label: t(`hall.in.${language}`, { what: props.label }),
		name: `${name}-${language}`,
		value: nameIn(language, text),
	});
	if (props.long === true) return <><Area {...one("ko")} max={max} /><Area {...one("en")} max={max} /></>;
	const [ko, en] = [one("ko"), one("en")];
	return (
		<>
			<Field label={ko.label} name={ko.name} defaultValue={ko.value} maxLength={max} required={props.required} autoComplete="off" />
			<Field label={en.label} name={en.name} defaultValue={en.value} maxLength={max} autoComplete="off" hint={t("entry.both")} />
		</>
	);
}

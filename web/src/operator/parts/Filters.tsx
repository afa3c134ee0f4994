// SPDX-License-Identifier: BSD-2-Clause
//
// Filters - what a list is asked for: a form whose answer is an address
//
// Layer: operator.  Uses: parts, state.
import { useId, type FormEvent } from "react";
import { go, usePlace } from "../../state/route";
import { addressOf, type Asked } from "../address";
import { useTexts } from "../words/words";

export interface Filter {
	name: string;
	label: string;
	/** text where nothing is said */
	type?: "text" | "date" | "number";
	/** One of these words, or any. */
	options?: { value: string; label: string }[];
}

function Choice({ filter, value }: { filter: Filter; value: string }) {
	const { t } = useTexts();
	const id = useId();
	return (
		<p className="field">
			<label htmlFor={id}>{filter.label}</label>
			{filter.options === undefined ? (
				<input id={id} name={filter.name} type={filter.type ?? "text"} min={filter.type === "number" ? 1 : undefined} defaultValue={value} maxLength={100} autoComplete="off" />
			) : (
				<select id={id} name={filter.name} defaultValue={value}>
					<option value="">{t("filter.any")}</option>
					{filter.options.map((one) => <option key={one.value} value={one.value}>{one.label}</option>)}
				</select>
			)}
		</p>
	);
}

export function Filters({ filters, asked }: { filters: Filter[]; asked: Asked }) {
	const { t } = useTexts();
	const path = usePlace((place) => place.path);
	const send = (event: FormEvent<HTMLFormElement>) => {
		event.preventDefault();
		const form = new FormData(event.currentTarget);
		go(addressOf(path, Object.fromEntries(filters.map(({ name }) => [name, String(form.get(name) ?? "").trim()]))));
	};
	return (
		<form className="filters" role="search" key={JSON.stringify(asked)} onSubmit={send}>
			{filters.map((filter) => <Choice key={filter.name} filter={filter} value={asked[filter.name] ?? ""} />)}
			<button className="quiet">{t("filter.do")}</button>
		</form>
	);
}

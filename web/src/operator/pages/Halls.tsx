// SPDX-License-Identifier: BSD-2-Clause
//
// Halls - the venues, and the halls of each; new ones
//
// Layer: operator.  Uses: parts, state.
import { useState, type FormEvent } from "react";
import { Problem } from "../../api/client";
import { Field } from "../../parts/Field";
import { Heading } from "../../parts/Frame";
import { Notice, Refused } from "../../parts/Notice";
import { Waiting } from "../../parts/Waiting";
import { useRead } from "../../state/read";
import { go } from "../../state/route";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import * as api from "../calls";
import { Table } from "../parts/Table";
import { useTexts } from "../words/words";

/** As it is called in the language of the page. */
export function nameIn(language: "ko" | "en", name: api.ManagedHall["name"]): string {
	return typeof name === "string" ? name : (name?.[language] ?? "");
}

/** A form of few fields; what was refused is shown in it. */
function Make(props: {
	title: string;
	fields: { name: string; label: string; value?: string; pattern?: string }[];
	make(of: Record<string, string>): Promise<void>;
}) {
	const { t } = useTexts();
	const [problem, setProblem] = useState<Problem>();
	const submit = async (event: FormEvent<HTMLFormElement>) => {
		event.preventDefault();
		const form = new FormData(event.currentTarget);
		setProblem(undefined);
		try {
			await props.make(Object.fromEntries(props.fields.map(({ name }) => [name, String(form.get(name) ?? "")])));
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			setProblem(failure);
		}
	};
	const wrong = (name: string) => (problem?.document.field === name ? (problem.document.detail ?? problem.document.title) : undefined);
	return (
		<details className="make">
			<summary>{props.title}</summary>
			<form className="form" onSubmit={(event) => void submit(event)}>
				{problem?.document.field === undefined && <Refused problem={problem} />}
				{props.fields.map(({ name, label, value, pattern }) => (
					<Field key={name} name={name} label={label} defaultValue={value} pattern={pattern} wrong={wrong(name)} required maxLength={name === "key" ? 64 : 200} />
				))}
				<button className="button">{t("halls.make")}</button>
			</form>
		</details>
	);
}

const KEY = "[A-Za-z0-9._\\-]+";

function Venue({ venue }: { venue: api.ManagedVenue }) {
	const { t, language } = useTexts();
	const halls = useRead(`halls of ${venue.id}`, () => asMe((token) => api.listHalls(token, venue.id)));
	const name = nameIn(language, venue.name);
	return (
		<section>
			<h2>{name}</h2>
			<Refused problem={halls.failure} again={() => void halls.again()} />
			{halls.data?.items.length === 0 && <Notice>{t("halls.none")}</Notice>}
			{halls.data !== undefined && halls.data.items.length > 0 && (
				<Table caption={name} rows={halls.data.items} keyOf={(hall) => hall.id} link={(hall) => `/operator/halls/${hall.id}`} columns={[
					{ head: t("halls.hall"), cell: (hall) => nameIn(language, hall.name) },
					{ head: t("hall.key"), cell: (hall) => hall.key },
					{ head: t("halls.changed"), cell: (hall) => moment(language, hall.changed_at) },
				]} />
			)}
			<Make title={t("halls.add.hall", { venue: name })}
				fields={[{ name: "key", label: t("hall.key"), pattern: KEY }, { name: "name", label: t("hall.name") }]}
				make={async ({ key = "", name: called = "" }) => {
					const hall = await asMe((token) => api.makeHall(token, venue.id, { key, name: called }));
					go(`/operator/halls/${hall.id}`);
				}} />
		</section>
	);
}

export function Halls() {
	const { t } = useTexts();
	const venues = useRead("venues", () => asMe((token) => api.listVenues(token, {})));
	return (
		<>
			<Heading>{t("halls.title")}</Heading>
			<Refused problem={venues.failure} again={() => void venues.again()} />
			{venues.data === undefined && venues.failure === undefined && <Waiting />}
			{venues.data?.items.map((venue) => <Venue key={venue.id} venue={venue} />)}
			<Make title={t("halls.add.venue")}
				fields={[
					{ name: "key", label: t("hall.key"), pattern: KEY },
					{ name: "name", label: t("hall.name") },
					{ name: "time_zone", label: t("halls.zone"), value: Intl.DateTimeFormat().resolvedOptions().timeZone },
				]}
				make={async ({ key = "", name = "", time_zone = "" }) => {
					await asMe((token) => api.makeVenue(token, { key, name, time_zone }));
					await venues.again();
				}} />
		</>
	);
}

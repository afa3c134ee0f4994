// SPDX-License-Identifier: BSD-2-Clause
//
// PutOn - a performance is put on, or changed: what, where, when, and its terms
//
// Layer: operator.  Uses: catalog, parts, state.
import { useEffect, useRef, useState } from "react";
import { Field } from "../../parts/Field";
import { Heading } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { Notice } from "../../parts/Notice";
import { Waiting } from "../../parts/Waiting";
import { useForm } from "../../state/form";
import { useRead } from "../../state/read";
import { go, usePlace } from "../../state/route";
import { asMe } from "../../state/session";
import * as api from "../calls";
import { fieldsOf, fresh, bodyOf, changeOf, keyOf, withClasses, type Fields } from "../catalog/terms";
import { bound, TermFields, type PriceClass } from "../catalog/TermFields";
import { nameIn, type Text } from "../catalog/texts";
import { whyOf } from "../parts/Ask";
import { Find, useFound } from "../parts/Find";
import { Refusal } from "../parts/Refusal";
import { optionsOf, Select, type Option } from "../parts/Select";
import { useTexts } from "../words/words";
import { KEY } from "./Shows";

const classesOf = async (revision: number): Promise<PriceClass[]> =>
	((await asMe((token) => api.getPlan(token, revision))) as { price_classes?: PriceClass[] }).price_classes ?? [];

/** What there is to choose from, as far as it was chosen. */
function useChoices(fields: Fields, one: api.ManagedPerformance | undefined) {
	const shows = useFound("shows to choose", (token, q) => api.listManagedShows(token, { order: "-id", limit: 100, q }));
	const venues = useFound("venues to choose", (token, q) => api.listVenues(token, { q }));
	// The chosen one, whatever was looked for since.
	const last = useRef<api.ManagedVenue>(undefined);
	last.current = venues.items.find(({ key }) => key === fields.venue) ?? last.current;
	const venue = last.current?.key === fields.venue ? last.current : undefined;
	const venueId = venue?.id ?? one?.venue_id;
	const halls = useRead(venueId === undefined ? undefined : `halls of ${venueId}`, () => asMe((token) => api.listHalls(token, venueId ?? 0)));
	const hallId = halls.data?.items.find(({ key }) => key === fields.hall)?.id ?? one?.hall_id;
	const revisions = useRead(hallId === undefined ? undefined : `revisions of ${hallId}`, () => asMe((token) => api.listRevisions(token, hallId ?? 0)));
	const revision = fields.revision === ""
		? revisions.data?.items[0]
		: revisions.data?.items.find((item) => item.revision === Number(fields.revision));
	const classes = useRead(revision === undefined ? undefined : `classes of ${revision.id}`, () => classesOf(revision?.id ?? 0));
	const reads = [shows, venues, halls, revisions, classes];
	return {
		shows,
		venues,
		halls: halls.data?.items ?? [],
		revisions: revisions.data?.items ?? [],
		classes: classes.data ?? [],
		zone: venue?.time_zone ?? one?.time_zone,
		failure: reads.find(({ failure }) => failure !== undefined)?.failure,
	};
}

type Choices = ReturnType<typeof useChoices>;

/** Things by their keys, the chosen one among them. */
function keysOf(items: { key: string; name?: Text; title?: Text }[], chosen: string, language: "ko" | "en"): Option[] {
	const known = items.map(({ key, name, title }) => ({ value: key, label: `${nameIn(language, name ?? title)} · ${key}` }));
	const isKnown = chosen === "" || items.some(({ key }) => key === chosen);
	return [{ value: "", label: "–" }, ...known, ...(isKnown ? [] : [{ value: chosen, label: chosen }])];
}

interface Shown {
	fields: Fields;
	set(fields: Fields): void;
	choices: Choices;
	isNew: boolean;
}

function What({ fields, set, choices, isNew }: Shown) {
	const { t, say, language } = useTexts();
	const shown = { fields, set };
	const revisions = choices.revisions.map((one) => ({
		value: String(one.revision), label: t("hall.revision.seats", { n: one.revision, seats: one.seat_count.toLocaleString(language) }),
	}));
	return (
		<fieldset>
			<legend>{t("terms.what")}</legend>
			<div className="form-row">
				<Find label={t("find.title")} of={choices.shows} />
				<Select label={t("counter.show")} {...bound(shown, "show")} required options={keysOf(choices.shows.items, fields.show, language)} />
				<Find label={t("find.venue")} of={choices.venues} />
				<Select label={t("terms.venue")} value={fields.venue} required options={keysOf(choices.venues.items, fields.venue, language)}
					onInput={(event) => set({ ...fields, venue: event.currentTarget.value, hall: "", revision: "" })} />
				<Select label={t("col.hall")} value={fields.hall} required options={keysOf(choices.halls, fields.hall, language)}
					onInput={(event) => set({ ...fields, hall: event.currentTarget.value, revision: "" })} />
				<Select label={t("hall.open")} {...bound(shown, "revision")} options={[{ value: "", label: t("terms.newest") }, ...revisions]} />
				{isNew && <Select label={t("col.status")} {...bound(shown, "status")} options={optionsOf(["open", "draft"], (status) => say(`performance.${status}`))} />}
			</div>
			<div className="form-row">
				<Field label={t("terms.day")} {...bound(shown, "day")} type="date" required />
				<Field label={t("terms.at")} {...bound(shown, "at")} type="time" required hint={choices.zone ?? ""} />
				<Field label={t("show.minutes")} {...bound(shown, "minutes")} type="number" min={1} max={1440} hint={t("terms.minutes.hint")} />
				<Field label={t("hall.key")} {...bound(shown, "key")} pattern={isNew ? KEY : undefined} placeholder={keyOf(fields)} autoComplete="off" hint={t("terms.key.hint")} />
			</div>
		</fieldset>
	);
}

function Form(props: { one?: api.ManagedPerformance; begin: Fields; save(fields: Fields, zone: string, form: FormData): Promise<boolean> }) {
	const { t, language } = useTexts();
	const [fields, set] = useState(props.begin);
	const [same, setSame] = useState(false);
	const choices = useChoices(fields, props.one);
	const names = choices.classes.map(({ key }) => key);
	useEffect(() => {
		if (names.length > 0) set((now) => withClasses(now, names));
	}, [names.join("\n")]);
	const form = useForm(async (data) => {
		setSame(!(await props.save(fields, choices.zone ?? "UTC", data)));
	});
	return (
		<form className="form terms" onSubmit={form.onSubmit} lang={language}>
			<Refusal problem={choices.failure} />
			<What fields={fields} set={set} choices={choices} isNew={props.one === undefined} />
			<TermFields fields={fields} set={set} classes={choices.classes} />
			{props.one !== undefined && <Field label={t("ask.why")} name="reason" required maxLength={500} autoComplete="off" hint={t("ask.why.hint")} />}
			<Refusal problem={form.problem} />
			{same && <Notice>{t("hall.unchanged")}</Notice>}
			<p className="buttons"><button className="button" disabled={form.busy}>{props.one === undefined ? t("show.put") : t("terms.save")}</button></p>
		</form>
	);
}

export function PutOn() {
	const { t } = useTexts();
	const show = usePlace((place) => place.query).get("show") ?? "";
	const make = async (fields: Fields, zone: string) => {
		const one = await asMe((token) => api.makePerformance(token, { ...bodyOf(fields, zone), status: fields.status }));
		go(`/operator/performances/${one.id}`);
		return true;
	};
	return (
		<>
			<Heading>{t("show.put")}</Heading>
			<Form key={show} begin={{ ...fresh, show }} save={make} />
		</>
	);
}

export function PerformanceChange({ id }: { id: number }) {
	const { t } = useTexts();
	const read = useRead(`managed performance ${id}`, () => asMe((token) => api.getManagedPerformance(token, id)));
	if (read.data === undefined)
		return read.failure === undefined ? <Waiting /> : <Refusal problem={read.failure} again={() => void read.again()} />;
	const { body: one, version } = read.data;
	const change = async (fields: Fields, _zone: string, form: FormData) => {
		const patch = changeOf(one, fields);
		if (Object.keys(patch).length === 0) return false;
		await asMe((token) => api.changePerformance(token, id, version, patch, whyOf(form)));
		go(`/operator/performances/${id}`);
		return true;
	};
	return (
		<>
			<Heading aside={<p className="lead"><Link href={`/operator/performances/${id}`}>{one.key}</Link></p>}>{t("terms.change")}</Heading>
			<Form key={version} one={one} begin={fieldsOf(one)} save={change} />
		</>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Shows - what is put on: found, made; one, with its texts, its poster and its
// performances
//
// Layer: operator.  Uses: catalog, parts, state.
import { useState } from "react";
import { Field } from "../../parts/Field";
import { Heading } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { Waiting } from "../../parts/Waiting";
import { textOf } from "../../state/form";
import { useRead } from "../../state/read";
import { go } from "../../state/route";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import { addressOf } from "../address";
import * as api from "../calls";
import { nameIn, textIn } from "../catalog/texts";
import { Ask, whyOf } from "../parts/Ask";
import { Facts } from "../parts/Facts";
import { List } from "../parts/List";
import { Refusal } from "../parts/Refusal";
import { optionsOf, Select } from "../parts/Select";
import { Table } from "../parts/Table";
import { TextFields } from "../parts/TextFields";
import { useTexts } from "../words/words";

const KINDS = ["movie", "concert", "play", "sport"] as const;
const STATUSES = ["upcoming", "running", "ended"] as const;
/** Of keys, as addresses and files have them. */
export const KEY = "[A-Za-z0-9._\\-]{1,64}";

function ShowFields({ one }: { one?: api.ManagedShow }) {
	const { t, b, say } = useTexts();
	return (
		<>
			{one === undefined && <Field label={t("hall.key")} name="key" pattern={KEY} required autoComplete="off" hint={t("show.key.hint")} />}
			<TextFields label={t("show.title")} name="title" text={one?.title ?? null} max={200} required />
			<Select label={t("col.kind")} name="kind" defaultValue={one?.kind ?? "play"} options={optionsOf(KINDS, (kind) => b(`kind.${kind as api.ManagedShow["kind"]}`))} />
			<Select label={t("col.status")} name="status" defaultValue={one?.status ?? "running"} options={optionsOf(STATUSES, (status) => say(`show.is.${status}`))} />
			<Field label={t("show.minutes")} name="running_minutes" type="number" min={1} max={1440} required defaultValue={one?.running_minutes} />
			<Field label={t("show.rating")} name="age_rating" maxLength={32} required defaultValue={one?.age_rating ?? "ALL"} autoComplete="off" />
			<TextFields label={t("show.synopsis")} name="synopsis" text={one?.synopsis ?? null} max={4000} long />
		</>
	);
}

const membersOf = (form: FormData): api.Members => ({
	title: textIn(form, "title"),
	kind: textOf(form, "kind"),
	status: textOf(form, "status"),
	running_minutes: Number(textOf(form, "running_minutes")),
	age_rating: textOf(form, "age_rating").trim(),
	synopsis: textIn(form, "synopsis"),
});

function Add() {
	const { t } = useTexts();
	const add = async (form: FormData) => {
		const one = await asMe((token) => api.makeShow(token, { key: textOf(form, "key").trim(), ...membersOf(form) }));
		go(`/operator/shows/${one.id}`);
	};
	return <Ask title={t("show.add")} why={false} does={add}><ShowFields /></Ask>;
}

export function Shows() {
	const { t, b, say, language } = useTexts();
	return (
		<List title={t("nav.shows")} name="managed shows" read={(token, query) => api.listManagedShows(token, { order: "-id", ...query })}
			keyOf={(one) => one.id} link={(one) => `/operator/shows/${one.id}`} lead={<Add />}
			filters={[
				{ name: "q", label: t("show.find") },
				{ name: "kind", label: t("col.kind"), options: optionsOf(KINDS, (kind) => b(`kind.${kind as api.ManagedShow["kind"]}`)) },
				{ name: "status", label: t("col.status"), options: optionsOf(STATUSES, (status) => say(`show.is.${status}`)) },
			]}
			columns={[
				{ head: t("show.title"), cell: (one) => nameIn(language, one.title) },
				{ head: t("hall.key"), cell: (one) => one.key },
				{ head: t("col.kind"), cell: (one) => b(`kind.${one.kind}`) },
				{ head: t("col.status"), cell: (one) => say(`show.is.${one.status}`) },
				{ head: t("show.rating"), cell: (one) => one.age_rating },
				{ head: t("performance.changed"), cell: (one) => moment(language, one.changed_at) },
			]} />
	);
}

function Poster({ show, done }: { show: number; done(url: string): void }) {
	const { t } = useTexts();
	const put = async (form: FormData) => {
		const file = form.get("file");
		if (!(file instanceof File)) return;
		done((await asMe((token) => api.putPoster(token, show, file, whyOf(form)))).poster_url);
	};
	return (
		<Ask title={t("show.poster")} does={put}>
			<Field label={t("show.poster.file")} name="file" type="file" accept="image/png,image/jpeg,image/webp" required hint={t("show.poster.hint")} />
		</Ask>
	);
}

function PutOn({ show }: { show: number }) {
	const { t, say, language } = useTexts();
	const list = useRead(`performances of show ${show}`, () =>
		asMe((token) => api.listManagedPerformances(token, { show, order: "-starts_at", limit: 50 })));
	if (list.data === undefined)
		return list.failure === undefined ? <Waiting /> : <Refusal problem={list.failure} again={() => void list.again()} />;
	if (list.data.items.length === 0) return <p>{t("show.none")}</p>;
	return (
		<Table caption={t("nav.performances")} rows={list.data.items} keyOf={(row) => row.id} link={(row) => `/operator/performances/${row.id}`} columns={[
			{ head: t("col.starts"), cell: (row) => moment(language, row.starts_at, row.time_zone) },
			{ head: t("hall.key"), cell: (row) => row.key },
			{ head: t("col.hall"), cell: (row) => `${row.venue} / ${row.hall}` },
			{ head: t("col.status"), cell: (row) => say(`performance.${row.status}`) },
		]} />
	);
}

export function ShowPage({ id }: { id: number }) {
	const { t, b, say, language } = useTexts();
	const [poster, setPoster] = useState<string>();
	const asSold = useRead(`show ${id}`, () => asMe((token) => api.getShow(token, id)));
	const read = useRead(`managed show ${id}`, () => asMe((token) => api.getManagedShow(token, id)));
	if (read.data === undefined)
		return read.failure === undefined ? <Waiting /> : <Refusal problem={read.failure} again={() => void read.again()} />;
	const { body: one, version } = read.data;
	const title = nameIn(language, one.title);
	// One that was put goes before the catalog's; buyers' answers are kept for a while.
	const shown = poster ?? asSold.data?.poster_url ?? one.poster_url;
	const change = async (form: FormData) => {
		await asMe((token) => api.changeShow(token, id, version, membersOf(form), whyOf(form)));
		await read.again();
	};
	const remove = async (form: FormData) => {
		await asMe((token) => api.deleteShow(token, id, version, whyOf(form)));
		go("/operator/shows");
	};
	return (
		<>
			<Heading aside={<p className="lead"><Link href="/operator/shows">{t("nav.shows")}</Link></p>}>{title}</Heading>
			<div className="poster-of">
				{shown !== null && <img src={shown} alt={t("show.poster.of", { title })} width="120" />}
				<Facts facts={[
					[t("hall.key"), one.key],
					[t("col.kind"), b(`kind.${one.kind}`)],
					[t("col.status"), say(`show.is.${one.status}`)],
					[t("show.minutes"), one.running_minutes],
					[t("show.rating"), one.age_rating],
					[t("show.synopsis"), nameIn(language, one.synopsis) || "–"],
					[t("performance.changed"), moment(language, one.changed_at)],
				]} />
			</div>
			<p className="buttons">
				<Link className="button" href={addressOf("/operator/performances/new", { show: one.key })}>{t("show.put")}</Link>
				<Ask title={t("show.change")} does={change}><ShowFields key={version} one={one} /></Ask>
				<Poster show={id} done={setPoster} />
				<Ask title={t("entry.delete")} lead={t("show.delete.lead")} typed={one.key} does={remove} />
			</p>
			<h2>{t("nav.performances")}</h2>
			<PutOn show={id} />
		</>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Halls - the venues, and the halls of each: made, changed, deleted
//
// Layer: operator.  Uses: catalog, parts, state.
import { Fragment, type ReactNode } from "react";
import type { Versioned } from "../../api/client";
import { Field } from "../../parts/Field";
import { Heading } from "../../parts/Frame";
import { Notice, Refused } from "../../parts/Notice";
import { Waiting } from "../../parts/Waiting";
import { textOf } from "../../state/form";
import { useMore } from "../../state/more";
import { useRead } from "../../state/read";
import { go } from "../../state/route";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import * as api from "../calls";
import { nameIn, textIn, type Text } from "../catalog/texts";
import { Ask, whyOf } from "../parts/Ask";
import { Refusal } from "../parts/Refusal";
import { Table } from "../parts/Table";
import { TextFields } from "../parts/TextFields";
import { useTexts } from "../words/words";
import { KEY } from "./Shows";

/** A thing in the version in which its fields show it: who was here meanwhile is
 * told of (412). */
function Seen<Body extends { key: string; name: Text }>(props: { name: string; get(): Promise<Versioned<Body>>; children?(one: Body): ReactNode }) {
	const { t } = useTexts();
	const read = useRead(props.name, props.get);
	if (read.data === undefined)
		return read.failure === undefined ? <Waiting /> : <Refusal problem={read.failure} again={() => void read.again()} />;
	const { body: one, version } = read.data;
	return (
		<Fragment key={version}>
			<input type="hidden" name="version" value={version} />
			<TextFields label={t("hall.name")} name="name" text={one.name} max={200} required />
			{props.children?.(one)}
		</Fragment>
	);
}

const versionOf = (form: FormData): string => textOf(form, "version");

function KeyField() {
	const { t } = useTexts();
	return <Field label={t("hall.key")} name="key" pattern={KEY} required autoComplete="off" />;
}

function AddHall({ venue, name }: { venue: number; name: string }) {
	const { t } = useTexts();
	const add = async (form: FormData) => {
		const hall = await asMe((token) => api.makeHall(token, venue, { key: textOf(form, "key").trim(), name: textIn(form, "name") }));
		go(`/operator/halls/${hall.id}`);
	};
	return (
		<Ask title={t("halls.add.hall", { venue: name })} why={false} does={add}>
			<KeyField />
			<TextFields label={t("hall.name")} name="name" max={200} required />
		</Ask>
	);
}

function HallButtons({ hall, done }: { hall: api.ManagedHall; done(): Promise<void> }) {
	const { t } = useTexts();
	const get = () => asMe((token) => api.getManagedHall(token, hall.id));
	const change = async (form: FormData) => {
		await asMe((token) => api.changeHall(token, hall.id, versionOf(form), { name: textIn(form, "name") }, whyOf(form)));
		await done();
	};
	const remove = async (form: FormData) => {
		const { version } = await get();
		await asMe((token) => api.deleteHall(token, hall.id, version, whyOf(form)));
		await done();
	};
	return (
		<span className="row-buttons">
			<Ask title={t("entry.change")} lead={hall.key} does={change}><Seen name={`hall in a version ${hall.id}`} get={get} /></Ask>
			<Ask title={t("entry.delete")} typed={hall.key} does={remove} />
		</span>
	);
}

function VenueFields({ one }: { one?: api.ManagedVenue }) {
	const { t } = useTexts();
	return (
		<>
			<TextFields label={t("halls.address")} name="address" text={one?.address ?? null} max={400} />
			<Field label={t("halls.zone")} name="time_zone" required maxLength={64} autoComplete="off" defaultValue={one?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone} />
		</>
	);
}

const venueIn = (form: FormData): api.Members => ({
	name: textIn(form, "name"), address: textIn(form, "address"), time_zone: textOf(form, "time_zone").trim(),
});

function VenueButtons({ venue, done }: { venue: api.ManagedVenue; done(): Promise<void> }) {
	const { t } = useTexts();
	const get = () => asMe((token) => api.getManagedVenue(token, venue.id));
	const change = async (form: FormData) => {
		await asMe((token) => api.changeVenue(token, venue.id, versionOf(form), venueIn(form), whyOf(form)));
		await done();
	};
	const remove = async (form: FormData) => {
		const { version } = await get();
		await asMe((token) => api.deleteVenue(token, venue.id, version, whyOf(form)));
		await done();
	};
	return (
		<>
			<Ask title={t("halls.venue.change")} lead={venue.key} does={change}>
				<Seen name={`venue in a version ${venue.id}`} get={get}>{(one) => <VenueFields one={one} />}</Seen>
			</Ask>
			<Ask title={t("entry.delete")} typed={venue.key} does={remove} />
		</>
	);
}

function Venue({ venue, done }: { venue: api.ManagedVenue; done(): Promise<void> }) {
	const { t, language } = useTexts();
	const halls = useRead(`halls of ${venue.id}`, () => asMe((token) => api.listHalls(token, venue.id)));
	const name = nameIn(language, venue.name);
	return (
		<section>
			<h2>{name} <small>{venue.key} · {venue.time_zone}</small></h2>
			<Refused problem={halls.failure} again={() => void halls.again()} />
			{halls.data?.items.length === 0 && <Notice>{t("halls.none")}</Notice>}
			{halls.data !== undefined && halls.data.items.length > 0 && (
				<Table caption={name} rows={halls.data.items} keyOf={(hall) => hall.id} link={(hall) => `/operator/halls/${hall.id}`} columns={[
					{ head: t("halls.hall"), cell: (hall) => nameIn(language, hall.name) },
					{ head: t("hall.key"), cell: (hall) => hall.key },
					{ head: t("halls.changed"), cell: (hall) => moment(language, hall.changed_at) },
					{ head: t("col.do"), cell: (hall) => <HallButtons hall={hall} done={halls.again} /> },
				]} />
			)}
			<p className="buttons">
				<AddHall venue={venue.id} name={name} />
				<VenueButtons venue={venue} done={done} />
			</p>
		</section>
	);
}

function AddVenue({ done }: { done(): Promise<void> }) {
	const { t } = useTexts();
	const add = async (form: FormData) => {
		await asMe((token) => api.makeVenue(token, { key: textOf(form, "key").trim(), ...venueIn(form) }));
		await done();
	};
	return (
		<Ask title={t("halls.add.venue")} why={false} does={add}>
			<KeyField />
			<TextFields label={t("hall.name")} name="name" max={200} required />
			<VenueFields />
		</Ask>
	);
}

export function Halls() {
	const { t, b } = useTexts();
	const read = (cursor?: string) => asMe((token) => api.listVenues(token, { cursor }));
	const venues = useRead("venues", () => read());
	const all = useMore(venues, read);
	return (
		<>
			<Heading aside={<AddVenue done={venues.again} />}>{t("halls.title")}</Heading>
			<Refused problem={venues.failure ?? all.failure} again={() => void venues.again()} />
			{venues.data === undefined && venues.failure === undefined && <Waiting />}
			{venues.data?.items.length === 0 && <Notice>{t("halls.none")}</Notice>}
			{all.items.map((venue) => <Venue key={venue.id} venue={venue} done={venues.again} />)}
			{all.showMore && <p className="buttons"><button type="button" className="quiet" onClick={all.showMore}>{b("show-more")}</button></p>}
		</>
	);
}

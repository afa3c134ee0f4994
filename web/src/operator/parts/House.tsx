// SPDX-License-Identifier: BSD-2-Clause
//
// House - seats that are kept for somebody: by which code, until when, and the
// codes themselves
//
// Layer: operator.  Uses: counter, parts, state.
import { useState } from "react";
import type { Layout } from "../../api/calls";
import { Field } from "../../parts/Field";
import { textOf } from "../../state/form";
import { useRead } from "../../state/read";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import * as api from "../calls";
import { saidOf } from "../counter/command";
import { inkOn, releasedAt, type Kept } from "../kept";
import { useIs } from "../role";
import { useTexts } from "../words/words";
import { Ask, whyOf } from "./Ask";
import { Table, type Column } from "./Table";

/** All codes, each with what it keeps of a performance. */
export async function readKept(performance: number): Promise<Kept[]> {
	const [codes, groups] = await Promise.all([
		asMe(api.listHouseCodes),
		asMe((token) => api.listHouseSeats(token, performance)),
	]);
	return codes.items.map((code) => ({
		code,
		seats: groups.items.find((group) => group.code === code.code)?.seat_ids ?? [],
	}));
}

export const useKept = (performance: number) => useRead(`kept ${performance}`, () => readKept(performance));

/** A code as maps show it. */
export function Badge({ code }: { code: api.HouseCode }) {
	return <span className="badge" style={{ background: code.colour, color: inkOn(code.colour) }}>{code.letter}</span>;
}

function Fields({ one, wrong }: { one?: api.HouseCode; wrong?: string | undefined }) {
	const { t } = useTexts();
	return (
		<>
			{one === undefined && <Field label={t("house.code")} name="code" pattern="[A-Za-z0-9._\-]{1,32}" required autoComplete="off" hint={t("show.key.hint")} wrong={wrong} />}
			<Field label={t("house.owner")} name="owner" required maxLength={100} defaultValue={one?.owner} autoComplete="off" />
			<div className="form-row">
				<Field label={t("house.letter")} name="letter" required pattern="[A-Za-z0-9]" maxLength={1} defaultValue={one?.letter} autoComplete="off" />
				<Field label={t("house.colour")} name="colour" type="color" required defaultValue={one?.colour ?? "#7a4fbf"} />
			</div>
			<Field label={t("house.release")} name="release" type="number" min={0} max={525_600} defaultValue={one?.release_minutes ?? ""} hint={t("house.release.hint")} />
		</>
	);
}

async function put(code: string, form: FormData): Promise<void> {
	const release = textOf(form, "release");
	await asMe((token) => api.putHouseCode(token, code, {
		letter: textOf(form, "letter").toUpperCase(),
		colour: textOf(form, "colour").toLowerCase(),
		owner: textOf(form, "owner").trim(),
		...(release !== "" && { release_minutes: Number(release) }),
		reason: whyOf(form),
	}));
}

/** A new one: one that is there is not made another by mistake. */
export function AddCode({ known, done }: { known: readonly Kept[]; done(): Promise<void> }) {
	const { t } = useTexts();
	const isAdmin = useIs("ADMIN");
	const [there, setThere] = useState<string>();
	if (!isAdmin) return null;
	const add = async (form: FormData) => {
		const code = textOf(form, "code").trim();
		const isThere = known.some((one) => one.code.code === code);
		setThere(isThere ? code : undefined);
		if (isThere) return false;
		await put(code, form);
		await done();
		return true;
	};
	return <Ask title={t("house.add")} does={add}><Fields wrong={there === undefined ? undefined : t("house.there", { code: there })} /></Ask>;
}

function Do({ one, choose, done }: { one: Kept; choose(ids: number[]): void; done(): Promise<void> }) {
	const { t } = useTexts();
	const isAdmin = useIs("ADMIN");
	const change = async (form: FormData) => {
		await put(one.code.code, form);
		await done();
	};
	const drop = async (form: FormData) => {
		await asMe((token) => api.dropHouseCode(token, one.code.code, whyOf(form)));
		await done();
	};
	return (
		<span className="row-buttons">
			{one.seats.length > 0 && <button type="button" className="quiet" onClick={() => choose(one.seats)}>{t("house.choose")}</button>}
			{isAdmin && <Ask title={t("house.change")} lead={one.code.code} does={change}><Fields one={one.code} /></Ask>}
			{isAdmin && <Ask title={t("house.drop")} lead={t("house.drop.lead")} typed={one.code.code} does={drop} />}
		</span>
	);
}

/** do: what may be done with codes and their seats, on the board. */
export function KeptTable(props: {
	kept: Kept[];
	layout: Layout | undefined;
	startsAt: string;
	choose?(ids: number[]): void;
	done?(): Promise<void>;
}) {
	const { t, language } = useTexts();
	const { choose, done } = props;
	const names = (ids: number[]) =>
		props.layout === undefined ? ids.join(", ") : saidOf(props.layout.seats.filter(({ seat_id: id }) => ids.includes(id)));
	const released = (code: api.HouseCode) => {
		const at = releasedAt(code, props.startsAt);
		return at === undefined ? t("house.never") : moment(language, at);
	};
	const columns: Column<Kept>[] = [
		{ head: t("house.code"), cell: ({ code }) => <><Badge code={code} /> {code.code}</> },
		{ head: t("house.owner"), cell: ({ code }) => code.owner },
		{ head: t("house.n"), cell: ({ seats }) => seats.length, number: true },
		{ head: t("col.seats"), cell: ({ seats }) => (seats.length === 0 ? "–" : names(seats)) },
		{ head: t("house.until"), cell: ({ code }) => released(code) },
	];
	if (choose !== undefined && done !== undefined)
		columns.push({ head: t("col.do"), cell: (one) => <Do one={one} choose={choose} done={done} /> });
	return <Table caption={t("house.title")} rows={props.kept} keyOf={({ code }) => code.code} columns={columns} />;
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Alarms - what only a person can decide
//
// Layer: operator.  Uses: parts, state.
import { Heading } from "../../parts/Frame";
import { Notice } from "../../parts/Notice";
import { Waiting } from "../../parts/Waiting";
import { useMore } from "../../state/more";
import { useRead } from "../../state/read";
import { usePlace } from "../../state/route";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import { askedOf } from "../address";
import * as api from "../calls";
import { Ask, whyOf } from "../parts/Ask";
import { Filters } from "../parts/Filters";
import { Refusal } from "../parts/Refusal";
import { Table } from "../parts/Table";
import { useIs } from "../role";
import { useTexts } from "../words/words";

export function AlarmTable({ alarms, done }: { alarms: api.Alarm[]; done(): Promise<void> }) {
	const { t, say, won, language } = useTexts();
	const isAdmin = useIs("ADMIN");
	const seen = (alarm: api.Alarm) => alarm.acknowledged_at !== null
		? <>{alarm.acknowledged_why} <small>{moment(language, alarm.acknowledged_at)}</small></>
		: isAdmin && (
			<Ask title={t("alarm.seen")} label={t("alarm.seen")} lead={t("alarm.seen.lead")} does={async (form) => {
				await asMe((token) => api.acknowledgeAlarm(token, alarm.id, whyOf(form)));
				await done();
			}} />
		);
	return (
		<Table caption={t("nav.alarms")} rows={alarms} keyOf={(alarm) => alarm.id} link={(alarm) => alarm.payment_id === null ? undefined : `/operator/payments/${alarm.payment_id}`} columns={[
			{ head: t("col.what"), cell: (alarm) => say(`alarm.${alarm.kind}`) },
			{ head: t("col.about"), cell: (alarm) => alarm.subject },
			{ head: t("col.amount"), cell: (alarm) => won(alarm.amount, alarm.currency), number: true },
			{ head: t("col.at"), cell: (alarm) => moment(language, alarm.raised_at) },
			{ head: t("alarm.acknowledged"), cell: seen },
		]} />
	);
}

export function Alarms() {
	const { t, b } = useTexts();
	const asked = askedOf(usePlace((place) => place.query), ["open"]);
	const read = (cursor?: string) => asMe((token) => api.listAlarms(token, { ...asked, cursor, limit: 50 }));
	const first = useRead(`alarms ${asked.open ?? ""}`, () => read());
	const all = useMore(first, read);
	return (
		<>
			<Heading>{t("nav.alarms")}</Heading>
			<Filters asked={asked} filters={[{ name: "open", label: t("alarm.which"), options: [{ value: "false", label: t("alarm.all") }] }]} />
			<Refusal problem={first.failure ?? all.failure} again={() => void first.again()} />
			{first.data === undefined && first.failure === undefined && <Waiting />}
			{first.data !== undefined && (all.items.length === 0 ? <Notice kind="good">{t("alarms.none")}</Notice> : <AlarmTable alarms={all.items} done={first.again} />)}
			{all.showMore && <p className="buttons"><button type="button" className="quiet" onClick={all.showMore}>{b("show-more")}</button></p>}
		</>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Performances - found; one, with its sale, its sections, and how it is called
// off
//
// Layer: operator.  Uses: parts, state.
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
import { fieldsOf } from "../catalog/terms";
import { useLayout } from "../layout";
import { minorOf } from "../money";
import { Ask, whyOf } from "../parts/Ask";
import { Facts } from "../parts/Facts";
import { KeptTable, useKept } from "../parts/House";
import { List } from "../parts/List";
import { PerformanceName } from "../parts/Named";
import { Refusal } from "../parts/Refusal";
import { Table } from "../parts/Table";
import { useIs } from "../role";
import { useTexts } from "../words/words";

const STATUSES = ["draft", "open", "closed", "cancelled"];
/** Whither a performance goes by itself; to cancelled it is called off. */
const NEXT: Record<string, string[]> = { draft: ["open"], open: ["closed"], closed: ["open"] };

const takenOf = (one: api.ManagedPerformance) =>
	one.sections.reduce((sum, section) => sum + section.taken, 0);
const placesOf = (one: api.ManagedPerformance) =>
	one.sections.reduce((sum, section) => sum + section.capacity, 0);

export function Performances() {
	const { t, say, language } = useTexts();
	const isAdmin = useIs("ADMIN");
	return (
		<List title={t("nav.performances")} name="performances" read={api.listManagedPerformances}
			lead={isAdmin && <p className="lead"><Link className="button" href="/operator/performances/new">{t("show.put")}</Link></p>}
			keyOf={(one) => one.id} link={(one) => `/operator/performances/${one.id}`}
			filters={[
				{ name: "status", label: t("col.status"), options: STATUSES.map((value) => ({ value, label: say(`performance.${value}`) })) },
				{ name: "show", label: t("find.show"), type: "number" },
				{ name: "hall", label: t("find.hall"), type: "number" },
			]}
			columns={[
				{ head: t("col.performance"), cell: (one) => one.key },
				{ head: t("col.starts"), cell: (one) => moment(language, one.starts_at, one.time_zone) },
				{ head: t("col.status"), cell: (one) => say(`performance.${one.status}`) },
				{ head: t("col.line"), cell: (one) => say(`mode.${one.queue_mode}`) },
				{ head: t("col.taken"), cell: (one) => t("health.of", { n: takenOf(one), most: placesOf(one) }), number: true },
			]} />
	);
}

interface Shown {
	one: api.ManagedPerformance;
	version: string;
	done(): Promise<void>;
}

function Sale({ one, version, done }: Shown) {
	const { t, say } = useTexts();
	const change = (body: api.Members) => async (form: FormData) => {
		await asMe((token) => api.changePerformance(token, one.id, version, body, whyOf(form)));
		await done();
	};
	const remove = async (form: FormData) => {
		await asMe((token) => api.deletePerformance(token, one.id, version, whyOf(form)));
		go("/operator/performances");
	};
	return (
		<>
			{NEXT[one.status]?.map((status) => (
				<Ask key={status} title={say(`performance.to.${status}`)} does={change({ status })} />
			))}
			<Link className="quiet" href={`/operator/performances/${one.id}/change`}>{t("terms.change")}</Link>
			<Ask title={t("entry.delete")} lead={t("performance.delete.lead")} typed={one.key} does={remove} />
		</>
	);
}

/** What comes back until when, a line each. */
function Policy({ one }: { one: api.ManagedPerformance }) {
	const { t, say, won } = useTexts();
	const { policy, steps, graceHours, graceDays } = fieldsOf(one);
	if (policy === "") return <>{t("performance.policy.none")}</>;
	const lines = steps.map(({ percent, fee, n, unit }) => {
		const less = fee === "" ? "" : ` − ${won(minorOf(fee, one.currency) ?? 0, one.currency)}`;
		const until = n === "0" && unit === "minutes_before" ? t("policy.until-start") : `${n} ${say(`unit.${unit}`)}`;
		return `${percent} %${less}: ${until}`;
	});
	if (graceHours !== "") lines.push(t("policy.grace", { hours: graceHours, days: graceDays }));
	return <ul className="plain">{lines.map((line) => <li key={line}>{line}</li>)}</ul>;
}

function CallOff({ one, done }: Shown) {
	const { t } = useTexts();
	if (one.status === "draft") return null;
	return (
		<Ask title={t("calloff.do")} typed={one.key} lead={t("calloff.lead", { n: takenOf(one) })} done={t("calloff.done")} does={async (form) => {
			await asMe((token) => api.callOff(token, one.id, whyOf(form)));
			await done();
		}} />
	);
}

function Sections({ one, version, done }: Shown) {
	const { t, say } = useTexts();
	const isAdmin = useIs("ADMIN");
	type Section = api.ManagedPerformance["sections"][number];
	const turn = (section: Section) => async (form: FormData) => {
		const closed = section.status === "open"
			? [...one.closed_sections, section.key]
			: one.closed_sections.filter((key) => key !== section.key);
		await asMe((token) => api.changePerformance(token, one.id, version, { closed_sections: closed }, whyOf(form)));
		await done();
	};
	const resize = (section: Section) => async (form: FormData) => {
		await asMe((token) => api.resizeSection(token, one.id, section.section_id, version, Number(textOf(form, "n")), whyOf(form)));
		await done();
	};
	const actions = (section: Section) => isAdmin && (
		<span className="row-buttons">
			<Ask title={section.status === "open" ? t("section.close") : t("section.open")} lead={section.key} does={turn(section)} />
			{section.kind === "counter" && (
				<Ask title={t("section.resize")} lead={section.key} does={resize(section)}>
					<Field label={t("section.places")} name="n" type="number" min={section.taken} max={100_000} required defaultValue={section.capacity} />
				</Ask>
			)}
		</span>
	);
	return (
		<Table caption={t("sections.title")} rows={one.sections} keyOf={(section) => section.section_id} columns={[
			{ head: t("col.section"), cell: (section) => section.key },
			{ head: t("col.kind"), cell: (section) => say(`kind.${section.kind}`) },
			{ head: t("col.status"), cell: (section) => say(`section.is.${section.status}`) },
			{ head: t("col.taken"), cell: (section) => t("health.of", { n: section.taken, most: section.capacity }), number: true },
			{ head: t("col.do"), cell: actions },
		]} />
	);
}

/** Seats that are kept for somebody, where there are any. */
function HouseSeats({ one }: { one: api.ManagedPerformance }) {
	const { t } = useTexts();
	const kept = useKept(one.id).data?.filter(({ seats }) => seats.length > 0) ?? [];
	const layout = useLayout(kept.length > 0 ? one.id : undefined).data;
	if (kept.length === 0) return null;
	return (
		<>
			<h2>{t("house.title")}</h2>
			<KeptTable kept={kept} layout={layout} startsAt={one.starts_at} />
		</>
	);
}

export function PerformancePage({ id }: { id: number }) {
	const { t, say, language } = useTexts();
	const isAdmin = useIs("ADMIN");
	const read = useRead(`managed performance ${id}`, () => asMe((token) => api.getManagedPerformance(token, id)));
	if (read.data === undefined)
		return read.failure === undefined ? <Waiting /> : <Refusal problem={read.failure} again={() => void read.again()} />;
	const { body: one, version } = read.data;
	const shown = { one, version, done: read.again };
	// By the venue's clock, as in the form that changes it.
	const there = (time: string) => moment(language, time, one.time_zone);
	return (
		<>
			<Heading aside={<p className="lead"><PerformanceName id={id} /></p>}>{t("performance.title", { key: one.key })}</Heading>
			<Facts facts={[
				[t("col.status"), say(`performance.${one.status}`)],
				[t("col.starts"), there(one.starts_at)],
				[t("performance.sale"), `${there(one.sales_open_at)} – ${there(one.sales_close_at)}`],
				[t("col.hall"), `${one.venue} / ${one.hall} / ${one.revision}`],
				[t("col.taken"), t("health.of", { n: takenOf(one), most: placesOf(one) })],
				[t("performance.limit.n"), one.max_seats_per_user],
				[t("performance.policy"), <Policy key="policy" one={one} />],
				[t("col.line"), say(`mode.${one.queue_mode}`)],
				[t("performance.changed"), moment(language, one.changed_at)],
			]} />
			<p className="buttons">
				<Link className="quiet" href={`/operator/performances/${id}/board`}>{t("board.title")}</Link>
				<Link className="quiet" href={`/operator/performances/${id}/line`}>{t("lines.one")}</Link>
				<Link className="quiet" href={addressOf("/operator/reservations", { performance_id: id })}>{t("nav.reservations")}</Link>
				<Link className="quiet" href={addressOf("/operator/counter/prints", { performance_id: id })}>{t("print.log")}</Link>
				{isAdmin && <Link className="quiet" href={addressOf("/operator/audit", { object: `performance ${id}` })}>{t("nav.audit")}</Link>}
				{isAdmin && <Link className="quiet" href={addressOf("/operator/exports", { performance_id: id })}>{t("nav.exports")}</Link>}
				{isAdmin && one.status !== "cancelled" && <><Sale {...shown} /><CallOff {...shown} /></>}
			</p>
			<h2>{t("sections.title")}</h2>
			<Sections {...shown} />
			<HouseSeats one={one} />
		</>
	);
}

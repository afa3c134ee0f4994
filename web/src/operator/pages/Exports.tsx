// SPDX-License-Identifier: BSD-2-Clause
//
// Exports - tables of what was sold, as files: asked for, written, fetched
//
// Layer: operator.  Uses: parts, state.
import { useState } from "react";
import { Problem } from "../../api/client";
import { Field } from "../../parts/Field";
import { Heading } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { Notice } from "../../parts/Notice";
import { Waiting } from "../../parts/Waiting";
import { textOf } from "../../state/form";
import { useMore } from "../../state/more";
import { useRead } from "../../state/read";
import { usePlace } from "../../state/route";
import { asMe } from "../../state/session";
import { moment, numbers } from "../../words/words";
import { useAgain } from "../again";
import * as api from "../calls";
import { save, wholeOf } from "../download";
import { Ask, whyOf } from "../parts/Ask";
import { PerformanceName } from "../parts/Named";
import { Refusal } from "../parts/Refusal";
import { optionsOf, Select } from "../parts/Select";
import { Table } from "../parts/Table";
import { dayBegins } from "../times";
import { useTexts } from "../words/words";

const WHAT = ["reservations", "seats"] as const;
/** While one is being written. */
const AGAIN_MS = 2_000;

/** Days are those of who asks; the last one is meant, too. */
function askedIn(form: FormData): Parameters<typeof api.askExport>[1] {
	const [performance, from, to] = ["performance", "from", "to"].map((name) => textOf(form, name));
	return {
		what: textOf(form, "what") as api.Export["what"],
		...(performance && { performance_id: Number(performance) }),
		...(from && { from: dayBegins(from) }),
		...(to && { to: dayBegins(to, 1) }),
		reason: whyOf(form),
	};
}

function AskFor({ performance, done }: { performance: string; done(): Promise<void> }) {
	const { t, say } = useTexts();
	const ask = async (form: FormData) => {
		await asMe((token) => api.askExport(token, askedIn(form)));
		await done();
	};
	return (
		<Ask title={t("export.ask")} lead={t("export.lead")} does={ask}>
			<Select label={t("col.what")} name="what" options={optionsOf(WHAT, (what) => say(`export.${what}`))} />
			<Field label={t("find.performance")} name="performance" type="number" min={1} defaultValue={performance} hint={t("export.any")} />
			<div className="form-row">
				<Field label={t("export.from")} name="from" type="date" hint={t("export.any")} />
				<Field label={t("find.to")} name="to" type="date" hint={t("export.any")} />
			</div>
		</Ask>
	);
}

/** Its file, by who is logged in: a link alone would say nobody's name. */
function Download({ one }: { one: api.Export }) {
	const { t } = useTexts();
	const [share, setShare] = useState<number>();
	const [problem, setProblem] = useState<Problem>();
	const load = async () => {
		setProblem(undefined);
		setShare(0);
		try {
			const file = await wholeOf(one.bytes, (from) => asMe((token) => api.getExportFile(token, one.id, from)), (n) => setShare(n / one.bytes));
			save(file, `${one.what}-${one.id}.csv`);
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			setProblem(failure);
		}
		setShare(undefined);
	};
	return (
		<>
			<button type="button" className="quiet" disabled={share !== undefined} onClick={() => void load()}>
				{share === undefined ? t("export.fetch") : t("export.fetched", { n: Math.floor(100 * share) })}
			</button>
			<Refusal problem={problem} />
		</>
	);
}

const MIB = 1024 * 1024;

function Written({ items }: { items: api.Export[] }) {
	const { t, say, language } = useTexts();
	const number = numbers(language, { maximumFractionDigits: 1 });
	const when = (at: string | null) => (at === null ? "" : moment(language, at));
	return (
		<Table caption={t("nav.exports")} rows={items} keyOf={(one) => one.id} columns={[
			{ head: t("col.what"), cell: (one) => say(`export.${one.what}`) },
			{ head: t("col.performance"), cell: (one) => (one.performance_id === null ? t("filter.any") : <PerformanceName id={one.performance_id} />) },
			{ head: t("export.made"), cell: (one) => (one.from === null && one.to === null ? t("filter.any") : `${when(one.from)} – ${when(one.to)}`) },
			{ head: t("col.status"), cell: (one) => say(`export.is.${one.status}`) + (one.error === null ? "" : `: ${one.error}`) },
			{ head: t("export.rows"), cell: (one) => number.format(one.rows), number: true },
			{ head: "MiB", cell: (one) => number.format(one.bytes / MIB), number: true },
			{ head: t("export.by"), cell: (one) => (one.user_id === null ? "boxofficectl" : <Link href={`/operator/users/${one.user_id}`}>{one.login_id ?? `#${one.user_id}`}</Link>) },
			{ head: t("col.at"), cell: (one) => moment(language, one.made_at) },
			{ head: t("col.do"), cell: (one) => one.status === "done" && <Download one={one} /> },
		]} />
	);
}

export function Exports() {
	const { t, b } = useTexts();
	const performance = usePlace((place) => place.query).get("performance_id") ?? "";
	const read = (cursor?: string) => asMe((token) => api.listExports(token, { cursor, limit: 50 }));
	const first = useRead("exports", () => read());
	const all = useMore(first, read);
	const isOpen = first.data?.items.some(({ status }) => status === "waiting" || status === "running") ?? false;
	useAgain(AGAIN_MS, ...(isOpen ? [first] : []));
	return (
		<>
			<Heading aside={<AskFor performance={performance} done={first.again} />}>{t("nav.exports")}</Heading>
			{first.data === undefined && (first.failure === undefined ? <Waiting /> : <Refusal problem={first.failure} again={() => void first.again()} />)}
			{first.data !== undefined && (all.items.length === 0 ? <Notice>{t("export.none")}</Notice> : <Written items={all.items} />)}
			<Refusal problem={all.failure} />
			{all.showMore && <p className="buttons"><button type="button" className="quiet" onClick={all.showMore}>{b("show-more")}</button></p>}
		</>
	);
}

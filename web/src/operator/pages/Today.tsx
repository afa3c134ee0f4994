// SPDX-License-Identifier: BSD-2-Clause
//
// Today - what was sold, what waits for a decision, and whether all is well
//
// Layer: operator.  Uses: parts, state.
import { useEffect, useState, type ReactNode } from "react";
import { Heading } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { Notice, Refused } from "../../parts/Notice";
import { Waiting } from "../../parts/Waiting";
import { useRead, type Read } from "../../state/read";
import { asMe } from "../../state/session";
import { useAgain } from "../again";
import * as api from "../calls";
import { PerformanceName } from "../parts/Named";
import { Table } from "../parts/Table";
import { answered, midnight, quantileMs, type Counts } from "../times";
import { useTexts } from "../words/words";
import { AlarmTable } from "./Alarms";

const AGAIN_MS = 10_000;
/** Above this share of the connections one is warned. */
const MOST_CONNECTIONS = 0.9;

/** The look before this one. */
function useBefore(counts: Counts | undefined): Counts | undefined {
	const [two, setTwo] = useState<[Counts | undefined, Counts | undefined]>([undefined, undefined]);
	useEffect(() => setTwo(([, last]) => [last, counts]), [counts]);
	return two[1] === counts ? two[0] : two[1];
}

function Tile(props: { name: string; good: boolean | undefined; value: ReactNode; children?: ReactNode }) {
	const { t } = useTexts();
	const word = props.good === undefined ? "health.unknown" : props.good ? "health.good" : "health.bad";
	return (
		<li className={`tile ${word.slice(7)}`}>
			<h3>{props.name}</h3>
			<p className="value">{props.value}</p>
			<p><b>{t(word)}</b> {props.children}</p>
		</li>
	);
}

function Health({ today }: { today: api.Today }) {
	const { t, say, number } = useTexts();
	const before = useBefore(today.requests);
	const { ready, connections, users } = today;
	const half = quantileMs(before, today.requests, 0.5);
	const most = quantileMs(before, today.requests, 0.99);
	const ms = (value: number | undefined) =>
		value === undefined ? t("health.none") : value === Infinity ? t("health.longer") : t("health.ms", { n: number.format(value) });
	const share = connections === null ? undefined : connections.open / Math.max(1, connections.most);
	return (
		<ul className="tiles">
			<Tile name={t("health.redis")} good={ready.redis === "up"} value={say(`store.${ready.redis}`)}>
				{t("health.database", { primary: say(`store.${ready.primary}`), replica: say(`store.${ready.replica}`) })}
			</Tile>
			<Tile name={t("health.pool")} good={share === undefined ? undefined : share <= MOST_CONNECTIONS} value={connections === null ? t("health.none") : t("health.of", { n: number.format(connections.open), most: number.format(connections.most) })} />
			<Tile name={t("health.time")} good={most === undefined ? undefined : most <= 500} value={ms(half)}>
				{t("health.most", { ms: ms(most), n: number.format(answered(before, today.requests)) })}
			</Tile>
			<Tile name={t("health.users")} good={users === null ? undefined : true} value={users === null ? t("health.none") : number.format(users)}>{t("health.five")}</Tile>
		</ul>
	);
}

function Lines({ lines }: { lines: api.Line[] }) {
	const { t, say, number } = useTexts();
	const now = (line: api.Line, of: "waiting" | "buying" | "admitted_a_minute") =>
		line.now === null ? "–" : number.format(line.now[of]);
	if (lines.length === 0) return <Notice>{t("lines.none")}</Notice>;
	return (
		<Table caption={t("lines.title")} rows={lines} keyOf={(line) => line.performance_id} link={(line) => `/operator/performances/${line.performance_id}/line`} columns={[
			{ head: t("col.performance"), cell: (line) => <PerformanceName id={line.performance_id} /> },
			{ head: t("col.status"), cell: (line) => say(`line.${line.status}`) },
			{ head: t("lines.waiting"), cell: (line) => now(line, "waiting"), number: true },
			{ head: t("lines.buying"), cell: (line) => now(line, "buying"), number: true },
			{ head: t("lines.minute"), cell: (line) => now(line, "admitted_a_minute"), number: true },
		]} />
	);
}

function Sales({ rows }: { rows: api.SalesRow[] }) {
	const { t, won, number } = useTexts();
	const sold = rows.filter((row) => row.sold + row.given_back > 0);
	const currencies = [...new Set(sold.map((row) => row.currency))];
	const sum = (currency: string, of: "sold" | "revenue" | "given_back" | "refunded") =>
		sold.filter((row) => row.currency === currency).reduce((all, row) => all + row[of], 0);
	if (sold.length === 0) return <Notice>{t("sales.none")}</Notice>;
	return (
		<Table caption={t("sales.title")} rows={sold} keyOf={(row) => `${row.performance_id} ${row.currency}`} link={(row) => `/operator/performances/${row.performance_id}`} columns={[
			{ head: t("col.performance"), cell: (row) => <PerformanceName id={row.performance_id ?? 0} /> },
			{ head: t("sales.sold"), cell: (row) => number.format(row.sold), number: true },
			{ head: t("sales.revenue"), cell: (row) => won(row.revenue, row.currency), number: true },
			{ head: t("sales.back"), cell: (row) => number.format(row.given_back), number: true },
			{ head: t("sales.refunded"), cell: (row) => won(row.refunded, row.currency), number: true },
		]} foot={(
			<tfoot>
				{currencies.map((currency) => (
					<tr key={currency}>
						<th scope="row">{t("sales.all")}</th>
						<td className="n">{number.format(sum(currency, "sold"))}</td>
						<td className="n">{won(sum(currency, "revenue"), currency)}</td>
						<td className="n">{number.format(sum(currency, "given_back"))}</td>
						<td className="n">{won(sum(currency, "refunded"), currency)}</td>
					</tr>
				))}
			</tfoot>
		)} />
	);
}

/** A part of the page, of what was read for it. */
function Part<T>(props: { title: string; read: Read<T>; children(data: T): ReactNode }) {
	const { read } = props;
	return (
		<section>
			<h2>{props.title}</h2>
			<Refused problem={read.failure} again={() => void read.again()} />
			{read.data !== undefined ? props.children(read.data) : read.failure === undefined && <Waiting />}
		</section>
	);
}

export function Today() {
	const { t } = useTexts();
	const today = useRead("today", () => asMe(api.getToday));
	const sales = useRead("today's sales", () =>
		asMe((token) => api.getSales(token, { by: "performance", from: midnight(new Date()) })));
	const alarms = useRead("open alarms", () => asMe((token) => api.listAlarms(token, { limit: 10 })));
	useAgain(AGAIN_MS, today, sales, alarms);
	return (
		<>
			<Heading>{t("today.title")}</Heading>
			<Part title={t("health.title")} read={today}>{(data) => <Health today={data} />}</Part>
			<Part title={t("alarms.open")} read={alarms}>{(data) => data.items.length === 0 ? <Notice kind="good">{t("alarms.none")}</Notice> : <AlarmTable alarms={data.items} done={alarms.again} />}</Part>
			<Part title={t("sales.title")} read={sales}>{(data) => <Sales rows={data.items} />}</Part>
			<Part title={t("lines.title")} read={today}>{(data) => <Lines lines={data.lines} />}</Part>
			<p><Link href="/">{t("today.shop")}</Link></p>
		</>
	);
}

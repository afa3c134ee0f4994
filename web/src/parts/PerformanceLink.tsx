// SPDX-License-Identifier: BSD-2-Clause
//
// PerformanceLink - a performance to choose: when, where, what is left
//
// Layer: parts.  Uses: state, api (types).
import type { Performance } from "../api/calls";
import { useWords } from "../state/language";
import { clockTime } from "../words/words";
import { Link } from "./Link";

/** Whether it can be bought now, and if not the word for why. */
export function saleOf(
	performance: Performance,
): "open" | "soon" | "closed" | "cancelled" | "full" {
	const now = Date.now();
	if (performance.status === "cancelled") return "cancelled";
	if (now < Date.parse(performance.sales_open_at)) return "soon";
	if (performance.status !== "open") return "closed";
	if (now >= Date.parse(performance.sales_close_at)) return "closed";
	return performance.remaining === 0 ? "full" : "open";
}

/** Whether there is anything to be chosen: its sale is not over. */
export function isAhead(performance: Performance): boolean {
	return Date.parse(performance.sales_close_at) > Date.now();
}

export function Left({ performance }: { performance: Performance }) {
	const { t, number } = useWords();
	const sale = saleOf(performance);
	if (sale !== "open") return <span className="left none">{t(`sale.${sale}`)}</span>;
	const few = performance.remaining * 10 < performance.seat_count;
	return <span className={few ? "left few" : "left"}>{t("left", { n: number.format(performance.remaining) })}</span>;
}

export function PerformanceLink(props: {
	performance: Performance;
	title?: boolean;
}) {
	const { language } = useWords();
	const { performance } = props;
	return (
		<Link className="performance-link" href={`/performances/${performance.id}`}>
			<span className="when">
				{clockTime(language, performance.starts_at, performance.utc_offset)}
			</span>
			<span className="where">
				{props.title === true ? performance.show.title : performance.hall.name}
				{props.title === true && <small>{performance.hall.name}</small>}
			</span>
			<Left performance={performance} />
		</Link>
	);
}

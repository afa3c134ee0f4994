// SPDX-License-Identifier: BSD-2-Clause
//
// PerformancePage - choose seats
//
// Layer: pages.  Uses: parts, state, map, api.
import { useMemo, useState } from "react";
import * as api from "../api/calls";
import { Problem } from "../api/client";
import { marksOf } from "../map/filter";
import { hallOf } from "../map/hall";
import { KEPT_TYPES } from "../map/pick";
import { Heading } from "../parts/Frame";
import { HallPreview } from "../parts/HallPreview";
import { Notice, Refused } from "../parts/Notice";
import { saleOf, Left } from "../parts/PerformanceLink";
import { SeatViews } from "../parts/SeatViews";
import { Stepper } from "../parts/Stepper";
import { TicketNotes, TicketSelect } from "../parts/TicketSelect";
import { Waiting } from "../parts/Waiting";
import { useChoosing, withType, type Choosing, type Filter } from "../state/choosing";
import { holdPicks } from "../state/holding";
import { useWords } from "../state/language";
import { readLayout } from "../state/layout";
import { pick, pickNothing, quantityOf, wantOf } from "../state/picks";
import { wantsLogin } from "../state/problems";
import { useRead } from "../state/read";
import { go, goLogin } from "../state/route";
import { priceOf, seatingOf, type Seating } from "../state/seating";
import { useSeats } from "../state/seats";
import { useSession } from "../state/session";
import { countTickets, defaultOf, misfit, priceFor } from "../state/tickets";
import { dayAndTime } from "../words/words";
import { LineFirst } from "./Line";

function Chosen(props: {
	performance: api.Performance;
	seating: Seating;
	choosing: Choosing;
	busy: boolean;
	take(): void;
}) {
	const { performance, seating, choosing } = props;
	const { ticket_types: types, currency } = performance;
	const { t, won } = useWords();
	const who = useSession((state) => state.who);
	const { picks, names } = choosing;
	const { places } = picks;
	const section = seating.sections.find((s) => s.id === places?.section);
	const typeOf = (id: number) => picks.types[id] ?? defaultOf(types);
	const tickets = places?.tickets ?? countTickets(picks.seats.map(typeOf));
	const prices = section?.prices ?? { standard: section?.price ?? 0, byType: {} };
	const amount =
		places !== undefined
			? Object.entries(tickets).reduce((sum, [code, n]) => sum + priceFor(prices, code) * n, 0)
			: picks.seats.reduce((sum, id) => sum + priceOf(seating, id, typeOf(id)), 0);
	const wrong = misfit(types, tickets);
	const nothing = places === undefined && picks.seats.length === 0;
	if (nothing) return <p className="hidden">{t("pick.nothing")}</p>;
	return (
		<section className="chosen" aria-label={t("pick.chosen")}>
			<div className="chosen-what">
				{places !== undefined && <span className="pill">{t("pick.places", { section: section?.name ?? "", n: quantityOf(tickets) })}</span>}
				{picks.seats.map((id) => (
					<span key={id} className="chosen-one">
						<button type="button" className="pill" aria-label={t("pick.remove", { what: names.one(id) })} onClick={() => choosing.choose(id)}>
							{names.one(id)} <span aria-hidden="true">×</span>
						</button>
						<TicketSelect
							types={types}
							place={names.one(id)}
							prices={seating.prices.get(seating.seat.get(id)?.price_class ?? 0)}
							currency={currency}
							value={typeOf(id)}
							set={(code) => choosing.setType(id, code)}
						/>
					</span>
				))}
				<TicketNotes types={types} chosen={Object.entries(tickets).flatMap(([code, n]) => Array<string>(n).fill(code))} wrong={wrong} />
			</div>
			<strong className="amount">{won(amount, currency)}</strong>
			<button type="button" className="button" disabled={props.busy || wrong !== undefined} onClick={props.take}>
				{t(who === "nobody" ? "pick.continue.login" : "pick.continue")}
			</button>
		</section>
	);
}

function Wishes(props: {
	performance: api.Performance;
	layout: api.Layout;
	/** Of its classes. */
	marks: string[];
	party: number;
	filter: Filter;
	setFilter(filter: Filter): void;
	busy: boolean;
	best(): void;
}) {
	const { performance, layout, marks, party, filter, setFilter } = props;
	const { price } = filter;
	const { t, won } = useWords();
	const kept = layout.seats.some((seat) => KEPT_TYPES.includes(seat.type));
	return (
		<section className="wishes" aria-label={t("pick.view")}>
			<div className="wish">
				<h2>{t("pick.party")}</h2>
				<Stepper label={t("pick.party")} value={party} min={1} max={Math.min(8, performance.max_seats_per_user)} set={(n) => pick(performance.id, { party: n })} />
			</div>
			{layout.price_classes.length > 1 && (
				<div className="wish">
					<h2>{t("pick.price")}</h2>
					<div className="chips" role="group" aria-label={t("pick.price")}>
						<button type="button" aria-pressed={price === undefined} onClick={() => setFilter({ ...filter, price: undefined })}>{t("pick.price.any")}</button>
						{layout.price_classes.map((one, at) => (
							<button key={one.id} type="button" className={`class-${at % 8}`} aria-pressed={price === one.id} onClick={() => setFilter({ ...filter, price: one.id })}>
								<i aria-hidden="true">{marks[at]}</i> {one.name} <small>{won(one.price, performance.currency)}</small>
							</button>
						))}
						{kept && (
							<button type="button" aria-pressed={filter.accessible} onClick={() => setFilter({ ...filter, accessible: !filter.accessible })}>
								<span aria-hidden="true">♿︎</span> {t("type.wheelchair")}
							</button>
						)}
					</div>
				</div>
			)}
			<button type="button" className="button best" disabled={props.busy} onClick={props.best}>
				{party === 1 ? t("pick.best.one") : t("pick.best", { n: party })}
			</button>
		</section>
	);
}

function Picking(props: {
	performance: api.Performance;
	layout: api.Layout;
	/** A hold was refused for want of a pass. */
	passMissing(): void;
}) {
	const { performance, layout } = props;
	const { t } = useWords();
	const seating = seatingOf(layout);
	const marks = useMemo(() => marksOf(hallOf(layout)), [layout]);
	const seats = useSeats(performance, layout);
	const sections = useRead(`sections ${performance.id}`, () => api.listSections(performance.id));
	const [filter, setFilter] = useState<Filter>({ price: undefined, accessible: false });
	const choosing = useChoosing(performance, layout, seating, seats, filter);
	const [problem, setProblem] = useState<Problem>();
	const [busy, setBusy] = useState(false);
	const { picks, held } = choosing;

	const toBasket = () => {
		pickNothing(performance.id);
		go(`/performances/${performance.id}/basket`);
	};
	const take = async (want: api.Want | undefined) => {
		if (want === undefined) return;
		setBusy(true);
		setProblem(undefined);
		try {
			await holdPicks(performance.id, withType(seating, want));
			toBasket();
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			if (wantsLogin(failure)) goLogin();
			else setProblem(failure);
			if (failure.slug === "queue-pass-required") props.passMissing();
			choosing.losing(
				failure.document.conflicts?.map((one) => one.seat_id) ?? [],
			);
		} finally {
			setBusy(false);
		}
	};
	const best = async () => {
		if (held.atOnce || held.mine.length > 0) await choosing.clear();
		await take({
			best_available: {
				quantity: picks.party,
				...(filter.price === undefined ? {} : { price_class: filter.price }),
				...(filter.accessible ? { type: "wheelchair" } : {}),
			},
		});
	};
	const goOn = async () => {
		setBusy(true);
		const isHeld = picks.places === undefined && (await held.settled());
		setBusy(false);
		if (isHeld) toBasket();
		else await take(wantOf(picks));
	};
	const isHeld = held.atOnce && held.untilMs !== undefined && picks.seats.length > 0 && picks.seats.every((id) => held.mine.includes(id));

	const left: Record<number, number> = {};
	for (const one of sections.data?.items ?? [])
		left[one.section_id] = one.status === "open" ? (seats.states?.left.get(one.section_id) ?? one.remaining) : 0;
	const suggestions = problem?.document.suggestions ?? [];
	if (seats.over) return <Notice>{t("sale.closed")}</Notice>;
	return (
		<>
			<Wishes performance={performance} layout={layout} marks={marks} party={picks.party} filter={filter} setFilter={setFilter} busy={busy} best={() => void best()} />
			{!held.atOnce && held.mine.length > 0 && <Notice>{t("pick.changing")}</Notice>}
			{choosing.lost !== undefined && (
				<Notice kind="bad">
					<p>{t("pick.lost", { what: choosing.names.all(choosing.lost.seats) })}</p>
					{choosing.lost.offer.length > 0 && (
						<button type="button" className="quiet" onClick={() => choosing.takeOffer(choosing.lost?.offer ?? [])}>
							{t("pick.lost.instead", { what: choosing.names.all(choosing.lost.offer) })}
						</button>
					)}
				</Notice>
			)}
			{problem?.slug !== "seat-taken" && (
				<Refused problem={problem}>
					{suggestions.length > 0 && <p>{t("pick.suggestions")}</p>}
					{suggestions.map((ids) => (
						<button key={ids.join()} type="button" className="quiet" onClick={() => void take({ seat_ids: ids })}>
							{t("pick.suggestion", { what: choosing.names.all(ids) })}
						</button>
					))}
				</Refused>
			)}
			<p className="hint" role="status">
				{choosing.word !== "" ? choosing.word : isHeld ? t("pick.held") : picks.party === 1 ? t("pick.hint.one") : t("pick.hint", { n: picks.party })}
			</p>
			<SeatViews
				seats={seats}
				map={{
					performance,
					layout,
					party: picks.party,
					chosen: picks.seats,
					own: held.mine,
					lost: choosing.lost?.seats,
					price: filter.price,
					accessible: filter.accessible,
				}}
				tapped={choosing.tapped}
				list={{
					sections: seating.sections,
					choosing: { seating, currency: performance.currency, isFree: choosing.isFree, fits: choosing.fits, chosen: picks.seats, choose: choosing.choose },
					places: {
						left,
						max: performance.max_seats_per_user,
						section: picks.places?.section,
						types: performance.ticket_types,
						tickets: picks.places?.tickets ?? {},
						take: choosing.takePlaces,
					},
				}}
			/>
			<Chosen performance={performance} seating={seating} choosing={choosing} busy={busy} take={() => void goOn()} />
		</>
	);
}

/** Seats to choose, behind a line where there is one. */
function Sale(props: { performance: api.Performance; layout: api.Layout }) {
	const { performance } = props;
	if (performance.queue_mode === "off") return <Picking {...props} passMissing={() => undefined} />;
	return (
		<LineFirst performance={performance} preview={<HallPreview {...props} />}>
			{(passMissing) => <Picking {...props} passMissing={passMissing} />}
		</LineFirst>
	);
}

export function PerformancePage({ id }: { id: number }) {
	const { t, language } = useWords();
	const performance = useRead(`performance ${id}`, () => api.getPerformance(id));
	const layout = useRead(`layout ${id}`, () => readLayout(id));
	const failure = performance.failure ?? layout.failure;
	const one = performance.data;
	const sale = one && saleOf(one);
	if (one === undefined)
		return failure === undefined ? <Waiting /> : <Refused problem={failure} again={() => { void performance.again(); void layout.again(); }} />;
	return (
		<>
			<Heading aside={
				<p className="lead">
					{dayAndTime(language, one.starts_at, one.utc_offset)} · {one.venue.name}, {one.hall.name} · <Left performance={one} />
				</p>
			}>{one.show.title}</Heading>
			<Refused problem={failure} again={() => void layout.again()} />
			{sale === "closed" || sale === "cancelled" || (sale === "soon" && one.queue_mode === "off") ? (
				<Notice>{t(`sale.${sale}`)}</Notice>
			) : layout.data === undefined ? <Waiting /> : (
				<Sale performance={one} layout={layout.data} />
			)}
		</>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// PerformancePage - choose seats; nothing is held before "continue"
//
// Layer: pages.  Uses: parts, state, map, api.
import { useEffect, useMemo, useState } from "react";
import * as api from "../api/calls";
import { Problem } from "../api/client";
import { marksOf } from "../map/filter";
import { hallOf, type Hall } from "../map/hall";
import type { Pick } from "../map/index";
import { KEPT_TYPES, pickAround, pickInstead, type Wish } from "../map/pick";
import { Heading } from "../parts/Frame";
import { HallPreview } from "../parts/HallPreview";
import { HallView } from "../parts/HallView";
import { Notice, Refused } from "../parts/Notice";
import { saleOf, Left } from "../parts/PerformanceLink";
import { SeatList, useOpenSection } from "../parts/SeatList";
import { Stepper } from "../parts/Stepper";
import { TicketNotes, TicketSelect } from "../parts/TicketSelect";
import { Waiting } from "../parts/Waiting";
import { announce } from "../state/announce";
import { holdPicks, holdsOf } from "../state/holding";
import { useWords } from "../state/language";
import { readLayout } from "../state/layout";
import { pick, pickNothing, quantityOf, useTheirPicks, wantOf } from "../state/picks";
import { wantsLogin } from "../state/problems";
import { useRead } from "../state/read";
import { go, goLogin } from "../state/route";
import { priceOf, seatingOf, type Seating } from "../state/seating";
import { useSeats, type Seats } from "../state/seats";
import { useSession } from "../state/session";
import { countTickets, defaultOf, misfit, priceFor } from "../state/tickets";
import { dayAndTime } from "../words/words";
import { LineFirst } from "./Line";

/** Seats kept for who asks for them are asked for by their type. */
function withType(seating: Seating, want: api.Want): api.Want {
	if (!("seat_ids" in want || "seats" in want)) return want;
	const ids = "seats" in want ? want.seats.map((one) => one.seat_id) : want.seat_ids;
	const type = ids
		.map((id) => seating.seat.get(id)?.type)
		.find((one) => one !== undefined && KEPT_TYPES.includes(one));
	return type === undefined ? want : { ...want, type };
}

function useSeatNames(seating: Seating) {
	const { t } = useWords();
	const one = (id: number) => {
		const seat = seating.seat.get(id);
		if (seat === undefined) return String(id);
		const short = t("seat.short", { row: seat.row, number: seat.number });
		return seating.sections.length > 1
			? `${seating.sectionName.get(seat.section_id) ?? ""} ${short}`
			: short;
	};
	return { one, all: (ids: number[]) => ids.map(one).join(", ") };
}

interface Filter {
	/** A price class; undefined: any. */
	price: number | undefined;
	/** Only places for wheelchairs, and beside them. */
	accessible: boolean;
}

interface Lost {
	seats: number[];
	offer: number[];
}

/** Ticket types of the seats that are held. */
function typesHeld(holds: api.Hold[]): Record<number, string> {
	const seats = holds.find((one) => one.status === "held")?.seats ?? [];
	return Object.fromEntries(seats.map((seat) => [seat.seat_id, seat.ticket_type]));
}

/** What is chosen, and all that changes it. */
function useChoosing(
	performance: api.Performance,
	hall: Hall,
	seating: Seating,
	seats: Seats,
	filter: Filter,
) {
	const { t } = useWords();
	const names = useSeatNames(seating);
	const picks = useTheirPicks(performance.id);
	const [lost, setLost] = useState<Lost>();
	const [word, setWord] = useState("");
	const [mine, setMine] = useState<number[]>([]);
	const who = useSession((state) => state.who);
	const { states } = seats;

	const isFree = (id: number) =>
		states?.isFree(id - 1) === true || mine.includes(id);
	const fits = (id: number) => {
		const seat = seating.seat.get(id);
		return (
			(filter.price === undefined || seat?.price_class === filter.price) &&
			(!filter.accessible || KEPT_TYPES.includes(seat?.type ?? ""))
		);
	};
	const wish = (party: number, type: string | undefined, without: number[]): Wish => ({
		party,
		rules: performance.seat_rules,
		type: type !== undefined && KEPT_TYPES.includes(type) ? type : undefined,
		own: new Set(mine.map((id) => id - 1)),
		fits: (seat) => !without.includes(seat + 1),
	});

	// Who holds seats here already is changing them.
	useEffect(() => {
		if (who === "nobody") return;
		holdsOf(performance.id).then(
			(holds) => {
				const ids = holds.find((one) => one.status === "held")?.seat_ids ?? [];
				setMine(ids);
				if (ids.length > 0) pick(performance.id, { seats: ids, types: typesHeld(holds), places: undefined });
			},
			() => undefined,
		);
	}, [performance.id, who]);

	const losing = (ids: number[]) => {
		const [one] = ids;
		if (one === undefined) return;
		const rest = picks.seats.filter((id) => !ids.includes(id));
		const type = seating.seat.get(one)?.type;
		const offer =
			states === undefined
				? []
				: pickInstead(hall, states, wish(ids.length, type, [...ids, ...rest]), one - 1);
		setLost({ seats: ids, offer: offer.map((seat) => seat + 1) });
		pick(performance.id, { seats: rest });
		announce(t("pick.lost", { what: names.all(ids) }));
	};

	// A seat that goes while it is chosen only is named, not just gone.
	useEffect(() => {
		if (states !== undefined) losing(picks.seats.filter((id) => !isFree(id)));
	}, [seats.beat, mine]);

	const set = (ids: number[]) => {
		setLost(undefined);
		setWord("");
		pick(performance.id, { seats: ids, places: undefined });
		announce(`${t("pick.chosen")}: ${names.all(ids)}`);
	};
	const leaveOut = (id: number) => set(picks.seats.filter((one) => one !== id));

	/** One seat of a list: so many as belong together are taken around it. */
	const choose = (id: number) => {
		if (states === undefined) return;
		if (picks.seats.includes(id)) return leaveOut(id);
		const begun = picks.seats.length > 0 && picks.seats.length < picks.party;
		const n = begun ? 1 : picks.party;
		const without = begun ? picks.seats : [];
		const run = pickAround(hall, states, wish(n, seating.seat.get(id)?.type, without), id - 1);
		if (run.length === 0) setWord(t("pick.no-run", { n }));
		else set([...without, ...run.map((seat) => seat + 1)].sort((a, b) => a - b));
	};

	/** The same on the map, which has found the seats itself. */
	const tapped = (what: Pick, openSection: (id: number) => void) => {
		if ("section" in what) openSection(what.section);
		else if (what.seats.length > 0) set([...what.seats]);
		else if (what.why === "selected") leaveOut(what.seat);
		else setWord(t(what.why === "kept" ? "pick.kept" : "pick.no-run", { n: picks.party }));
	};

	return {
		picks, names, isFree, fits, choose, tapped, losing, lost, word, mine,
		changing: mine.length > 0,
		takeOffer: (ids: number[]) => set([...picks.seats, ...ids]),
	};
}

type Choosing = ReturnType<typeof useChoosing>;

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
							set={(code) => pick(performance.id, { types: { ...picks.types, [id]: code } })}
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
	const hall = useMemo(() => hallOf(layout), [layout]);
	const seating = seatingOf(layout);
	const marks = useMemo(() => marksOf(hall), [hall]);
	const seats = useSeats(performance, layout);
	const sections = useRead(`sections ${performance.id}`, () => api.listSections(performance.id));
	const [filter, setFilter] = useState<Filter>({ price: undefined, accessible: false });
	const choosing = useChoosing(performance, hall, seating, seats, filter);
	const [view, setView] = useState<"map" | "list">("map");
	const [open, setOpen] = useOpenSection(seating);
	const [problem, setProblem] = useState<Problem>();
	const [busy, setBusy] = useState(false);
	const { picks } = choosing;

	const take = async (want: api.Want | undefined) => {
		if (want === undefined) return;
		setBusy(true);
		setProblem(undefined);
		try {
			await holdPicks(performance.id, withType(seating, want));
			pickNothing(performance.id);
			go(`/performances/${performance.id}/basket`);
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
	const best = () =>
		void take({
			best_available: {
				quantity: picks.party,
				...(filter.price === undefined ? {} : { price_class: filter.price }),
				...(filter.accessible ? { type: "wheelchair" } : {}),
			},
		});

	const left: Record<number, number> = {};
	for (const one of sections.data?.items ?? [])
		left[one.section_id] = one.status === "open" ? (seats.states?.left.get(one.section_id) ?? one.remaining) : 0;
	const suggestions = problem?.document.suggestions ?? [];
	if (seats.over) return <Notice>{t("sale.closed")}</Notice>;
	return (
		<>
			<Wishes performance={performance} layout={layout} marks={marks} party={picks.party} filter={filter} setFilter={setFilter} busy={busy} best={best} />
			{choosing.changing && <Notice>{t("pick.changing")}</Notice>}
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
					{suggestions.map((ids) => (
						<button key={ids.join()} type="button" className="quiet" onClick={() => void take({ seat_ids: ids })}>
							{t("pick.suggestion", { what: choosing.names.all(ids) })}
						</button>
					))}
				</Refused>
			)}
			<p className="hint" role="status">
				{choosing.word !== "" ? choosing.word : picks.party === 1 ? t("pick.hint.one") : t("pick.hint", { n: picks.party })}
			</p>
			<div className="views" role="group" aria-label={t("pick.view")}>
				<button type="button" aria-pressed={view === "list"} onClick={() => setView("list")}>{t("pick.list")}</button>
				<button type="button" aria-pressed={view === "map"} onClick={() => setView("map")}>{t("pick.map")}</button>
			</div>
			{seats.states === undefined && <Waiting />}
			{view === "map" && (
				<HallView
					performance={performance}
					layout={layout}
					seats={seats}
					party={picks.party}
					chosen={picks.seats}
					own={choosing.mine}
					lost={choosing.lost?.seats}
					price={filter.price}
					accessible={filter.accessible}
					pick={(what) => choosing.tapped(what, (id) => { setOpen(id); setView("list"); })}
				/>
			)}
			{view === "list" && seats.states !== undefined && (
				<SeatList
					choosing={{ seating, currency: performance.currency, isFree: choosing.isFree, fits: choosing.fits, chosen: picks.seats, choose: choosing.choose }}
					places={{
						left,
						max: performance.max_seats_per_user,
						section: picks.places?.section,
						types: performance.ticket_types,
						tickets: picks.places?.tickets ?? {},
						take: (section, tickets) => pick(performance.id, { seats: [], places: quantityOf(tickets) === 0 ? undefined : { section, tickets } }),
					}}
					sections={seating.sections}
					open={open}
					setOpen={setOpen}
				/>
			)}
			<Chosen performance={performance} seating={seating} choosing={choosing} busy={busy} take={() => void take(wantOf(picks))} />
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

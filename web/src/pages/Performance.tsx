// SPDX-License-Identifier: BSD-2-Clause
//
// PerformancePage - choose seats; nothing is held before "continue"
//
// Layer: pages.  Uses: parts, state, api.
import { useEffect, useMemo, useState } from "react";
import * as api from "../api/calls";
import { Problem } from "../api/client";
import { Heading } from "../parts/Frame";
import { Notice, Refused } from "../parts/Notice";
import { saleOf, Left } from "../parts/PerformanceLink";
import { SeatList, useOpenSection } from "../parts/SeatList";
import { Stepper } from "../parts/Stepper";
import { Waiting } from "../parts/Waiting";
import { announce } from "../state/announce";
import { hallOf, instead, priceOf, together, type Hall } from "../state/hall";
import { holdPicks, holdsOf } from "../state/holding";
import { useWords } from "../state/language";
import { pick, pickNothing, useTheirPicks, wantOf } from "../state/picks";
import { wantsLogin } from "../state/problems";
import { useRead } from "../state/read";
import { go, goLogin } from "../state/route";
import { useSeats, type Seats } from "../state/seats";
import { useSession } from "../state/session";
import { dayAndTime } from "../words/words";

const KEPT_TYPES = ["wheelchair", "companion"];

/** Seats kept for who asks for them are asked for by their type. */
function withType(hall: Hall, want: api.Want): api.Want {
	if (!("seat_ids" in want)) return want;
	const type = want.seat_ids
		.map((id) => hall.seat.get(id)?.type)
		.find((one) => one !== undefined && KEPT_TYPES.includes(one));
	return type === undefined ? want : { ...want, type };
}

export function useSeatNames(hall: Hall | undefined) {
	const { t } = useWords();
	const one = (id: number) => {
		const seat = hall?.seat.get(id);
		if (hall === undefined || seat === undefined) return String(id);
		const short = t("seat.short", { row: seat.row, number: seat.number });
		return hall.sections.length > 1
			? `${hall.sectionName.get(seat.section_id) ?? ""} ${short}`
			: short;
	};
	return { one, all: (ids: number[]) => ids.map(one).join(", ") };
}

interface Lost {
	seats: number[];
	offer: number[];
}

function useChoosing(performance: api.Performance, hall: Hall | undefined, seats: Seats) {
	const { t } = useWords();
	const names = useSeatNames(hall);
	const picks = useTheirPicks(performance.id);
	const [lost, setLost] = useState<Lost>();
	const [word, setWord] = useState("");
	const [mine, setMine] = useState<number[]>([]);
	const who = useSession((state) => state.who);

	const isFree = (id: number) =>
		seats.letters?.[id - 1] === "A" || mine.includes(id);

	// Who holds seats here already is changing them.
	useEffect(() => {
		if (who === "nobody") return;
		holdsOf(performance.id).then(
			(holds) => {
				const ids = holds.find((one) => one.status === "held")?.seat_ids ?? [];
				setMine(ids);
				if (ids.length > 0) pick(performance.id, { seats: ids, places: undefined });
			},
			() => undefined,
		);
	}, [performance.id, who]);

	const losing = (ids: number[]) => {
		if (hall === undefined || ids.length === 0) return;
		const rest = picks.seats.filter((id) => !ids.includes(id));
		const free = (id: number) => isFree(id) && !ids.includes(id) && !rest.includes(id);
		setLost({ seats: ids, offer: instead(hall, ids[0] ?? 0, ids.length, free) });
		pick(performance.id, { seats: rest });
		announce(t("pick.lost", { what: names.all(ids) }));
	};

	// A seat that goes while it is chosen only is named, not just gone.
	useEffect(() => {
		if (seats.letters === undefined) return;
		losing(picks.seats.filter((id) => !isFree(id)));
	}, [seats, mine]);

	const choose = (id: number) => {
		if (hall === undefined) return;
		setWord("");
		if (picks.seats.includes(id)) {
			pick(performance.id, { seats: picks.seats.filter((one) => one !== id) });
			return;
		}
		const type = hall.seat.get(id)?.type;
		const alike = (one: number) =>
			isFree(one) && hall.seat.get(one)?.type === type;
		const full = picks.seats.length >= picks.party;
		const n = full || picks.seats.length === 0 ? picks.party : 1;
		const run = together(hall, id, n, (one) => alike(one) && (full || !picks.seats.includes(one)));
		if (run.length === 0) {
			setWord(t("pick.no-run", { n }));
			return;
		}
		setLost(undefined);
		pick(performance.id, {
			seats: full ? run : [...picks.seats, ...run].sort((a, b) => a - b),
			places: undefined,
		});
		announce(`${t("pick.chosen")}: ${names.all(run)}`);
	};

	return {
		picks, names, isFree, choose, losing, lost, word, changing: mine.length > 0,
		takeOffer(ids: number[]) {
			setLost(undefined);
			pick(performance.id, { seats: [...picks.seats, ...ids], places: undefined });
		},
	};
}

type Choosing = ReturnType<typeof useChoosing>;

function Chosen(props: {
	performance: api.Performance;
	hall: Hall;
	choosing: Choosing;
	busy: boolean;
	take(): void;
}) {
	const { performance, hall, choosing } = props;
	const { t, won } = useWords();
	const who = useSession((state) => state.who);
	const { picks, names } = choosing;
	const places = picks.places;
	const section = hall.sections.find((s) => s.id === places?.section);
	const amount =
		places !== undefined
			? (section?.price ?? 0) * places.quantity
			: picks.seats.reduce((sum, id) => sum + priceOf(hall, id), 0);
	const nothing = places === undefined && picks.seats.length === 0;
	return (
		<section className="chosen" aria-label={t("pick.chosen")}>
			<div className="chosen-what">
				{nothing && <p>{t("pick.nothing")}</p>}
				{places !== undefined && <span className="pill">{t("pick.places", { section: section?.name ?? "", n: places.quantity })}</span>}
				{picks.seats.map((id) => (
					<button key={id} type="button" className="pill" aria-label={t("pick.remove", { what: names.one(id) })} onClick={() => choosing.choose(id)}>
						{names.one(id)} <span aria-hidden="true">×</span>
					</button>
				))}
			</div>
			<strong className="amount">{nothing ? "" : won(amount, performance.currency)}</strong>
			<button type="button" className="button" disabled={nothing || props.busy} onClick={props.take}>
				{t(who === "nobody" ? "pick.continue.login" : "pick.continue")}
			</button>
		</section>
	);
}

function Wishes(props: {
	performance: api.Performance;
	layout: api.Layout;
	party: number;
	price: number | undefined;
	setPrice(id: number | undefined): void;
	busy: boolean;
	best(): void;
}) {
	const { performance, layout, party, price } = props;
	const { t, won } = useWords();
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
						<button type="button" aria-pressed={price === undefined} onClick={() => props.setPrice(undefined)}>{t("pick.price.any")}</button>
						{layout.price_classes.map((one) => (
							<button key={one.id} type="button" className={`class-${(one.id - 1) % 6}`} aria-pressed={price === one.id} onClick={() => props.setPrice(one.id)}>
								<i aria-hidden="true" /> {one.name} <small>{won(one.price, performance.currency)}</small>
							</button>
						))}
					</div>
				</div>
			)}
			<button type="button" className="button best" disabled={props.busy} onClick={props.best}>
				{party === 1 ? t("pick.best.one") : t("pick.best", { n: party })}
			</button>
		</section>
	);
}

function Picking(props: { performance: api.Performance; layout: api.Layout }) {
	const { performance, layout } = props;
	const { t } = useWords();
	const hall = useMemo(() => hallOf(layout), [layout]);
	const { seats, again } = useSeats(performance.id);
	const sections = useRead(`sections ${performance.id}`, () => api.listSections(performance.id));
	const choosing = useChoosing(performance, hall, seats);
	const [price, setPrice] = useState<number>();
	const [open, setOpen] = useOpenSection(hall);
	const [problem, setProblem] = useState<Problem>();
	const [busy, setBusy] = useState(false);
	const { picks } = choosing;

	const take = async (want: api.Want | undefined) => {
		if (want === undefined) return;
		setBusy(true);
		setProblem(undefined);
		try {
			await holdPicks(performance.id, withType(hall, want));
			pickNothing(performance.id);
			go(`/performances/${performance.id}/basket`);
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			if (wantsLogin(failure)) goLogin();
			else setProblem(failure);
			choosing.losing(
				failure.document.conflicts?.map((one) => one.seat_id) ?? [],
			);
			again();
		} finally {
			setBusy(false);
		}
	};
	const best = () =>
		void take({
			best_available: {
				quantity: picks.party,
				...(price === undefined ? {} : { price_class: price }),
			},
		});

	const left: Record<number, number> = {};
	for (const one of sections.data?.items ?? [])
		left[one.section_id] = one.status === "open" ? (seats.left[one.section_id] ?? one.remaining) : 0;
	const suggestions = problem?.document.suggestions ?? [];
	const fits = (id: number) =>
		price === undefined || hall.seat.get(id)?.price_class === price;
	return (
		<>
			<Wishes performance={performance} layout={layout} party={picks.party} price={price} setPrice={setPrice} busy={busy} best={best} />
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
			{seats.letters === undefined ? <Waiting /> : (
				<div id="list" tabIndex={-1}>
					<SeatList
						choosing={{ hall, currency: performance.currency, isFree: choosing.isFree, fits, chosen: picks.seats, choose: choosing.choose }}
						places={{
							left,
							max: performance.max_seats_per_user,
							section: picks.places?.section,
							quantity: picks.places?.quantity ?? 0,
							take: (section, quantity) => pick(performance.id, { seats: [], places: quantity === 0 ? undefined : { section, quantity } }),
						}}
						sections={hall.sections}
						open={open}
						setOpen={setOpen}
					/>
				</div>
			)}
			<Chosen performance={performance} hall={hall} choosing={choosing} busy={busy} take={() => void take(wantOf(picks))} />
		</>
	);
}

export function PerformancePage({ id }: { id: number }) {
	const { t, language } = useWords();
	const performance = useRead(`performance ${id}`, () => api.getPerformance(id));
	const layout = useRead(`layout ${id}`, () => api.getLayout(id));
	const failure = performance.failure ?? layout.failure;
	const one = performance.data;
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
			{!["open", "full"].includes(saleOf(one)) ? (
				<Notice>{t(`sale.${saleOf(one) as "soon" | "closed" | "cancelled"}`)}</Notice>
			) : layout.data === undefined ? <Waiting /> : (
				<Picking performance={one} layout={layout.data} />
			)}
		</>
	);
}

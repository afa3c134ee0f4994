// SPDX-License-Identifier: BSD-2-Clause
//
// MovePage - other seats for those of a reservation: on the map or from lists
//
// Layer: pages.  Uses: parts, state, map, api.
import { useEffect, useMemo, useState } from "react";
import * as api from "../api/calls";
import { Problem } from "../api/client";
import { CardField } from "../parts/CardField";
import { hallOf } from "../map/hall";
import type { Pick } from "../map/index";
import { KEPT_TYPES } from "../map/pick";
import { Heading } from "../parts/Frame";
import { Link } from "../parts/Link";
import { Notice, Refused } from "../parts/Notice";
import { SeatViews } from "../parts/SeatViews";
import { Waiting } from "../parts/Waiting";
import { announce } from "../state/announce";
import { chosenAround, useSeatNames } from "../state/choosing";
import type { CardForm } from "../state/card";
import { move } from "../state/holding";
import { useWords } from "../state/language";
import { readLayout } from "../state/layout";
import { alike, differenceOf, linesOf, toggled, type Rule } from "../state/moving";
import { useRead } from "../state/read";
import { goInstead } from "../state/route";
import { mayMove, seatsLeft, useReservation } from "../state/reservation";
import { seatingOf, type Seating } from "../state/seating";
import { useSeats, type Seats } from "../state/seats";
import { dayAndTime } from "../words/words";

/** Where a buyer wants to sit instead. */
function useMoving(layout: api.Layout, seating: Seating, seats: Seats, rule: Rule, owned: number[]) {
	const { t } = useWords();
	const names = useSeatNames(seating);
	const [from, setFrom] = useState(() => alike(seating, rule, owned, owned[0] ?? 0));
	const [to, setTo] = useState<number[]>([]);
	const [lost, setLost] = useState<number[]>();
	const [word, setWord] = useState("");
	const { states } = seats;
	const isFree = (id: number) => states?.isFree(id - 1) === true || from.includes(id);
	const fits = (id: number) => alike(seating, rule, [id], from[0] ?? 0).length > 0;

	const losing = (ids: number[]) => {
		if (ids.length === 0) return;
		setLost(ids);
		setTo(to.filter((id) => !ids.includes(id)));
		announce(t("pick.lost", { what: names.all(ids) }));
	};
	useEffect(() => {
		if (states !== undefined) losing(to.filter((id) => !isFree(id)));
	}, [seats.beat]);

	const set = (ids: number[]) => {
		setLost(undefined);
		setWord("");
		setTo(ids);
		announce(`${t("pick.chosen")}: ${names.all(ids)}`);
	};
	const choose = (id: number) => {
		if (states === undefined) return;
		const wish = (party: number, without: number[]) => ({
			party,
			rules: [],
			own: new Set(from.map((one) => one - 1)),
			fits: (seat: number) => fits(seat + 1) && !without.includes(seat + 1),
		});
		const ids = chosenAround(hallOf(layout), states, to, from.length, id, wish);
		if (ids === undefined) setWord(t("pick.no-run", { n: from.length }));
		else set(ids);
	};
	return {
		from, to, lost, word, names, isFree, fits, choose, losing,
		tapped(what: Pick) {
			if ("section" in what) return;
			if (what.why === "selected" || what.seats.every(fits)) {
				if (what.why === "selected" || what.seats.length === 0) choose(what.seat);
				else set([...what.seats]);
			} else setWord(t(rule === "any" ? "move.other-type" : "move.other-kind"));
		},
		/** Another seat to be moved, or one less. */
		toggle(id: number) {
			setFrom(toggled(seating, rule, from, id));
			set([]);
		},
	};
}

type Moving = ReturnType<typeof useMoving>;

function Which(props: { reservation: api.Reservation; moving: Moving }) {
	const { reservation, moving } = props;
	const { t, won } = useWords();
	const owned = seatsLeft(reservation);
	if (owned.length < 2) return null;
	return (
		<div className="card checks" role="group" aria-labelledby="which">
			<p id="which">{t("move.which")}</p>
			{owned.map((seat) => (
				<label key={seat.seat_id}>
					<input type="checkbox" checked={moving.from.includes(seat.seat_id)} onChange={() => moving.toggle(seat.seat_id)} />
					<span>{seat.label}</span><span>{won(seat.price, reservation.currency)}</span>
				</label>
			))}
		</div>
	);
}

/** What it costs more or less, and by what that is paid. */
function Difference(props: { reservation: api.Reservation; difference: number; form: api.PaymentForm | undefined; wrong: boolean; opened(card: CardForm | undefined): void }) {
	const { reservation, difference, form } = props;
	const { t, won } = useWords();
	const amount = won(Math.abs(difference), reservation.currency);
	if (difference === 0) return <p>{t("move.same-price")}</p>;
	if (difference < 0) return <p>{t("move.costs-less", { amount })}</p>;
	if (reservation.paid_by_other) return <Notice kind="bad">{t("move.not-dearer")}</Notice>;
	return (
		<>
			<p>{t("move.costs-more", { amount })} {reservation.method === "wallet" && t("move.by-wallet")}</p>
			{form !== undefined && <CardField form={form} wrong={props.wrong} opened={props.opened} />}
		</>
	);
}

type Source = () => Promise<string | undefined>;

/** What becomes what, and the last question. */
function Change(props: { reservation: api.Reservation; seating: Seating; moving: Moving; told: number | undefined; busy: boolean; wrong: boolean; go(lines: api.MoveLine[], difference: number, source?: Source): void }) {
	const { reservation, moving, busy } = props;
	const { t, won } = useWords();
	const [sure, setSure] = useState(false);
	const [card, setCard] = useState<CardForm>();
	const lines = linesOf(moving.from, moving.to);
	const ready = moving.to.length === moving.from.length && lines.length > 0;
	const difference = props.told ?? differenceOf(props.seating, reservation, lines);
	// Who paid is asked for no more than he agreed to.
	const mayNot = difference > 0 && reservation.paid_by_other;
	const byCard = !mayNot && difference > 0 && reservation.method !== "wallet";
	const methods = useRead(byCard ? "payment methods" : undefined, api.listPaymentMethods);
	const form = byCard ? methods.data?.items.find((one) => one.method === "card")?.form ?? undefined : undefined;
	useEffect(() => setSure(false), [moving.to]);
	if (!ready) return null;
	return (
		<section className="card change" aria-label={t("pick.chosen")}>
			<ul className="lines">
				{lines.map(({ from, to }) => (
					<li key={from}><span>{moving.names.one(from)}</span><span>→ <b>{moving.names.one(to)}</b></span></li>
				))}
				<li className="total"><span>{t("move.difference")}</span><strong>{won(difference, reservation.currency)}</strong></li>
			</ul>
			<Difference reservation={reservation} difference={difference} form={form} wrong={props.wrong} opened={setCard} />
			{!sure && !mayNot && <button type="button" className="button" disabled={busy || (byCard && card === undefined)} onClick={() => setSure(true)}>{t("move.do")}</button>}
			{sure && !mayNot && (
				<div role="alertdialog" aria-label={t("move.title")} className="buttons">
					<p>{t("move.void")}</p>
					<button type="button" className="button" autoFocus disabled={busy || (byCard && card === undefined)} onClick={() => props.go(lines, difference, byCard ? async () => card?.source() : undefined)}>
						{difference > 0 ? t("move.pay", { amount: won(difference, reservation.currency) }) : t("move.sure")}
					</button>
					<button type="button" className="quiet" onClick={() => setSure(false)}>{t("cancel.keep")}</button>
				</div>
			)}
		</section>
	);
}

function Moves(props: {
	reservation: api.Reservation;
	performance: api.Performance;
	layout: api.Layout;
	moved(next: api.Reservation, lines: api.MoveLine[]): void;
}) {
	const { reservation, performance, layout } = props;
	const { t } = useWords();
	const seating = seatingOf(layout);
	const seats = useSeats(performance, layout);
	const owned = useMemo(() => seatsLeft(reservation).map((seat) => seat.seat_id), [reservation]);
	const { moves } = performance;
	const moving = useMoving(layout, seating, seats, moves, owned);
	const [problem, setProblem] = useState<Problem>();
	const [busy, setBusy] = useState(false);
	const [wrong, sayWrong] = useState(false);
	// The server judges the rules about seats: those he leaves are free afterwards.
	const ruleless = useMemo(() => ({ ...performance, seat_rules: [] }), [performance]);
	const first = seating.seat.get(moving.from[0] ?? 0);
	useEffect(() => setProblem(undefined), [moving.to]);
	const make = async (lines: api.MoveLine[], difference: number, source?: Source) => {
		setBusy(true);
		setProblem(undefined);
		try {
			const made = await move(reservation, lines, difference, source);
			sayWrong(made === undefined);
			if (made === undefined) return;
			if ("payment" in made) goInstead(`/payments/${made.payment}`);
			else props.moved(made.reservation, lines);
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			setProblem(failure);
			moving.losing(failure.document.conflicts?.map((one) => one.seat_id) ?? []);
		} finally {
			setBusy(false);
		}
	};
	return (
		<>
			<Which reservation={reservation} moving={moving} />
			{moving.lost !== undefined && <Notice kind="bad">{t("pick.lost", { what: moving.names.all(moving.lost) })}</Notice>}
			{moves === "any" && reservation.paid_by_other && <Notice>{t("move.not-dearer")}</Notice>}
			{problem?.slug !== "seat-taken" && (
				<Refused problem={problem}>
					{problem?.document.payment_id !== undefined && <Link className="button" href={`/payments/${problem.document.payment_id}`}>{t("payment.look")}</Link>}
				</Refused>
			)}
			{moving.from.length > 0 && (
				<>
					<p className="hint" role="status">
						{moving.word !== "" ? moving.word : moving.from.length === 1 ? t("pick.hint.one") : t("pick.hint", { n: moving.from.length })}
					</p>
					<SeatViews
						seats={seats}
						map={{
							performance: ruleless,
							layout,
							party: moving.from.length,
							chosen: moving.to,
							own: moving.from,
							lost: moving.lost,
							price: moves === "any" ? undefined : first?.price_class,
							accessible: KEPT_TYPES.includes(first?.type ?? ""),
						}}
						tapped={moving.tapped}
						list={{
							sections: seating.sections.filter((one) => one.kind === "assigned"),
							choosing: { seating, currency: performance.currency, isFree: moving.isFree, fits: moving.fits, chosen: moving.to, choose: moving.choose },
						}}
					/>
					<Change
						reservation={reservation}
						seating={seating}
						moving={moving}
						told={problem?.document.difference}
						busy={busy}
						wrong={wrong}
						go={(lines, difference, source) => void make(lines, difference, source)}
					/>
				</>
			)}
		</>
	);
}

function Moved(props: { reservation: api.Reservation; seats: string; back: number }) {
	const { reservation, back } = props;
	const { t, won } = useWords();
	const link = `/reservations/${reservation.number}`;
	return (
		<>
			<Notice kind="good">
				<p>{t("move.done", { seats: props.seats })}</p>
				{back > 0 && <p>{t("cancel.done", { amount: won(back, reservation.currency) })}</p>}
			</Notice>
			<p className="buttons">
				<Link className="button" href={`${link}/tickets`}>{t("tickets.show")}</Link>
				<Link className="quiet" href={link}>{t("reservation.title")}</Link>
			</p>
		</>
	);
}

export function MovePage({ number }: { number: string }) {
	const { t, language } = useWords();
	const { reservation, performance } = useReservation(number);
	const [done, setDone] = useState<{ seats: string; back: number }>();
	const id = reservation.data?.performance_id;
	const layout = useRead(id === undefined ? undefined : `layout ${id}`, () => readLayout(id ?? 0));
	const failure = reservation.failure ?? performance.failure ?? layout.failure;
	const [one, at] = [reservation.data, performance.data];
	const moved = (next: api.Reservation, lines: api.MoveLine[]) => {
		const seats = seatsLeft(next).filter((seat) => lines.some((line) => line.to === seat.seat_id)).map((seat) => seat.label).join(", ");
		setDone({ seats, back: (one?.amount ?? 0) - next.amount });
		announce(t("move.done", { seats }));
		reservation.put(next);
	};
	return (
		<>
			<Heading aside={at && <p className="lead">{at.show.title} · {dayAndTime(language, at.starts_at, at.utc_offset)}</p>}>{t("move.title")}</Heading>
			<Refused problem={failure} again={() => { void reservation.again(); void performance.again(); void layout.again(); }} />
			{one === undefined || at === undefined || layout.data === undefined ? failure === undefined && <Waiting />
				: done !== undefined ? <Moved reservation={one} {...done} />
				: !mayMove(one, at) ? <Notice>{t("move.not-now")}</Notice>
				: <Moves reservation={one} performance={at} layout={layout.data} moved={moved} />}
		</>
	);
}

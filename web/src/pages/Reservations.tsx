// SPDX-License-Identifier: BSD-2-Clause
//
// Done, Reservations, ReservationPage - what is owned, and giving it back
//
// Layer: pages.  Uses: parts, state, api.
import { useState } from "react";
import * as api from "../api/calls";
import { Problem } from "../api/client";
import { Heading } from "../parts/Frame";
import { Link } from "../parts/Link";
import { Notice, Refused } from "../parts/Notice";
import { Stepper } from "../parts/Stepper";
import { TicketNotes } from "../parts/TicketSelect";
import { Waiting } from "../parts/Waiting";
import { announce } from "../state/announce";
import { cancel } from "../state/holding";
import { useWords } from "../state/language";
import { useLoginFirst } from "../state/login";
import { useMore } from "../state/more";
import { useRead, type Read } from "../state/read";
import { mayMove, mayPassOn, seatsLeft, useReservation } from "../state/reservation";
import { asMe } from "../state/session";
import { Passed, PassOn } from "./Transfer";
import { dayAndTime, moment } from "../words/words";

function seatsOf(reservation: api.Reservation): number {
	return reservation.seat_ids?.length ?? reservation.quantity ?? 0;
}

/** Places of a ticket type that were not given back. */
function leftOf(one: NonNullable<api.Reservation["tickets"]>[number]): number {
	return one.quantity - one.cancelled_quantity;
}

function useSections(reservation: api.Reservation | undefined) {
	const id = reservation?.section_id === undefined ? undefined : reservation.performance_id;
	return useRead(id === undefined ? undefined : `sections ${id}`, () => api.listSections(id ?? 0)).data;
}

function Ticket(props: {
	reservation: api.Reservation;
	performance: api.Performance | undefined;
	section: string | undefined;
}) {
	const { reservation, performance } = props;
	const { t, language, won } = useWords();
	const types = performance?.ticket_types ?? [];
	const several = types.length > 1;
	const kept = reservation.seats?.filter((seat) => !seat.cancelled) ?? reservation.tickets?.filter((one) => leftOf(one) > 0) ?? [];
	const chosen = kept.map((one) => one.ticket_type ?? "");
	return (
		<div className="ticket">
			<div className="ticket-main">
				<p className="ticket-title">{performance?.show.title ?? "…"}</p>
				{performance !== undefined && (
					<p>
						{dayAndTime(language, performance.starts_at, performance.utc_offset)}<br />
						{performance.venue.name}, {performance.hall.name}
					</p>
				)}
				<ul className="ticket-seats">
					{reservation.seats?.map((seat) => (
						<li key={seat.seat_id} className={seat.cancelled ? "gone" : ""}>
							{seat.label}
							{several && <small> {seat.ticket_name}</small>}
							{seat.cancelled && <small> {t("reservation.gone")}</small>}
						</li>
					))}
					{reservation.tickets?.map((one) => (
						<li key={one.ticket_type} className={leftOf(one) === 0 ? "gone" : ""}>
							{t("pick.places", { section: props.section ?? "", n: leftOf(one) })}
							{several && <small> {one.ticket_name}</small>}
						</li>
					))}
				</ul>
				<TicketNotes types={types} chosen={chosen} wrong={undefined} />
			</div>
			<div className="ticket-stub">
				<small>{t("reservation.number")}</small>
				<b>{reservation.number}</b>
				<span>{won(reservation.amount, reservation.currency)}</span>
				<span className={`state ${reservation.status}`}>{t(`reservation.${reservation.status}`)}</span>
			</div>
		</div>
	);
}

export function Done({ number }: { number: string }) {
	const { t } = useWords();
	const { reservation, performance } = useReservation(number);
	const section = useSections(reservation.data)?.items.find((s) => s.section_id === reservation.data?.section_id);
	return (
		<div className="done">
			<svg className="tick" viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="30" /><path d="M19 33l9 9 18-19" /></svg>
			<Heading aside={<p className="lead">{t("done.lead")}</p>}>{t("done.title")}</Heading>
			<Refused problem={reservation.failure} again={() => void reservation.again()} />
			{reservation.data === undefined ? (reservation.failure === undefined && <Waiting />) : (
				<Ticket reservation={reservation.data} performance={performance.data} section={section?.name} />
			)}
			<p className="buttons">
				<Link className="button" href={`/reservations/${number}/tickets`}>{t("tickets.show")}</Link>
				<Link className="quiet" href={`/reservations/${number}`}>{t("nav.reservations")}</Link>
				<Link className="quiet" href="/">{t("done.more")}</Link>
			</p>
		</div>
	);
}

function Item({ reservation }: { reservation: api.Reservation }) {
	const { t, language } = useWords();
	const id = reservation.performance_id;
	const performance = useRead(`performance ${id}`, () => api.getPerformance(id)).data;
	const n = seatsOf(reservation);
	return (
		<li>
			<Link className="reservation-item" href={`/reservations/${reservation.number}`}>
				<b>{performance?.show.title ?? "…"}</b>
				<span>{performance !== undefined && dayAndTime(language, performance.starts_at, performance.utc_offset)}</span>
				<span>{n === 1 ? t("reservation.seats.one") : t("reservation.seats", { n })}</span>
				<span className={`state ${reservation.status}`}>{t(`reservation.${reservation.status}`)}</span>
			</Link>
		</li>
	);
}

export function Reservations() {
	const { t } = useWords();
	const list = useRead("reservations", () => asMe(api.listReservations));
	const all = useMore(list, (cursor) => asMe((token) => api.listReservations(token, cursor)));
	useLoginFirst(list.failure);
	return (
		<>
			<Heading>{t("reservations.title")}</Heading>
			<Refused problem={list.failure} again={() => void list.again()} />
			{list.data === undefined && list.failure === undefined && <Waiting />}
			{list.data?.items.length === 0 && <Notice>{t("reservations.none")}</Notice>}
			<ul className="reservation-list">
				{all.items.map((one) => <Item key={one.number} reservation={one} />)}
			</ul>
			<Refused problem={all.failure} />
			{all.showMore && <button type="button" className="quiet" onClick={all.showMore}>{t("show-more")}</button>}
			{list.data !== undefined && <Passed />}
		</>
	);
}

interface Back {
	ids: number[];
	/** Of places that nobody picked, how many of each ticket type. */
	tickets: api.Tickets;
}

const NOTHING: Back = { ids: [], tickets: {} };

/** What is chosen to be given back, and what it brings. */
function Choice(props: { reservation: api.Reservation; back: Back; set(back: Back): void }) {
	const { reservation, back, set } = props;
	const { t, won } = useWords();
	if (reservation.seats === undefined)
		return (
			<ul className="checks">
				{reservation.tickets?.filter((one) => leftOf(one) > 0).map((one) => {
					const code = one.ticket_type ?? "";
					const label = [t("cancel.how-many"), one.ticket_name].filter(Boolean).join(", ");
					return (
						<li key={code} className="counter-type">
							<span>{one.ticket_name ?? t("cancel.how-many")} <small>{won(one.price, reservation.currency)}</small></span>
							<Stepper label={label} value={back.tickets[code] ?? 0} min={0} max={leftOf(one)} set={(n) => set({ ...back, tickets: { ...back.tickets, [code]: n } })} />
						</li>
					);
				})}
			</ul>
		);
	return (
		<ul className="checks">
			{seatsLeft(reservation).map((seat) => (
				<li key={seat.seat_id}>
					<label>
						<input type="checkbox" checked={back.ids.includes(seat.seat_id)} onChange={(event) => set({
							...back,
							ids: event.currentTarget.checked ? [...back.ids, seat.seat_id] : back.ids.filter((id) => id !== seat.seat_id),
						})} />
						<span>{seat.label}</span><span>{won(seat.price, reservation.currency)}</span>
					</label>
				</li>
			))}
		</ul>
	);
}

/** Where the price list names no ticket types, places have a number alone. */
function whatOf(reservation: api.Reservation, back: Back) {
	if (reservation.seats !== undefined) return { seat_ids: back.ids };
	const tickets = Object.fromEntries(Object.entries(back.tickets).filter(([, n]) => n > 0));
	return "" in tickets ? { quantity: tickets[""] ?? 0 } : { tickets };
}

function GiveBack(props: { reservation: api.Reservation; offset: string; changed: Read<api.Reservation>["put"] }) {
	const { reservation } = props;
	const { t, won, language } = useWords();
	const [back, setBack] = useState(NOTHING);
	const [sure, setSure] = useState(false);
	const [problem, setProblem] = useState<Problem>();
	const [told, tell] = useState("");
	const seats = reservation.seats?.filter((seat) => back.ids.includes(seat.seat_id)) ?? [];
	const places = reservation.tickets?.map((one) => ({ n: back.tickets[one.ticket_type ?? ""] ?? 0, refund: one.refund ?? 0 })) ?? seats.map((seat) => ({ n: 1, refund: seat.refund ?? 0 }));
	const chosen = places.reduce((all, one) => all + one.n, 0);
	const amount = won(places.reduce((all, one) => all + one.n * one.refund, 0), reservation.currency);
	const give = async () => {
		setProblem(undefined);
		setSure(false);
		try {
			props.changed(await cancel(reservation, whatOf(reservation, back)));
			setBack(NOTHING);
			tell(t("cancel.done", { amount }));
			announce(t("cancel.done", { amount }));
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			setProblem(failure);
		}
	};
	return (
		<section className="card">
			<h2>{t("cancel.title")}</h2>
			{told !== "" && <Notice kind="good">{told}</Notice>}
			{reservation.status !== "CANCELLED" && <p>{t("cancel.lead")}</p>}
			{reservation.paid_by_other && <p>{t("transfer.paid-by-other")}</p>}
			{reservation.status !== "CANCELLED" && reservation.refund?.until && (
				<p>
					{t(reservation.refund.fee === 0 ? "refund.step" : "refund.step.fee", {
						time: dayAndTime(language, reservation.refund.until, props.offset),
						percent: reservation.refund.percent,
						fee: won(reservation.refund.fee, reservation.currency),
					})}
				</p>
			)}
			<Refused problem={problem} />
			<Choice reservation={reservation} back={back} set={(next) => { setBack(next); setSure(false); tell(""); }} />
			{chosen > 0 && !sure && <button type="button" className="button" onClick={() => setSure(true)}>{t("cancel.do", { amount })}</button>}
			{sure && (
				<div role="alertdialog" aria-label={t("cancel.title")} className="buttons">
					<p>{t("cancel.amount", { amount })}</p>
					<button type="button" className="button" autoFocus onClick={() => void give()}>{t("cancel.sure")}</button>
					<button type="button" className="quiet" onClick={() => setSure(false)}>{t("cancel.keep")}</button>
				</div>
			)}
		</section>
	);
}

export function ReservationPage({ number }: { number: string }) {
	const { t, language } = useWords();
	const { reservation, performance } = useReservation(number);
	const one = reservation.data;
	const sections = useSections(one);
	if (one === undefined)
		return reservation.failure === undefined ? <Waiting /> : <Refused problem={reservation.failure} again={() => void reservation.again()} />;
	const section = sections?.items.find((s) => s.section_id === one.section_id);
	return (
		<div className="narrow">
			<Heading aside={<p className="lead">{t("reservation.bought", { time: moment(language, one.created_at) })}</p>}>{t("reservation.title")}</Heading>
			<Ticket reservation={one} performance={performance.data} section={section?.name} />
			{one.status !== "CANCELLED" && (
				<p className="buttons">
					<Link className="button" href={`/reservations/${one.number}/tickets`}>{t("tickets.show")}</Link>
					{mayMove(one, performance.data) && <Link className="quiet" href={`/reservations/${one.number}/move`}>{t("move.title")}</Link>}
				</p>
			)}
			{one.refund === null ? <Notice>{t("cancel.late")}</Notice> : <GiveBack reservation={one} offset={performance.data?.utc_offset ?? "+00:00"} changed={reservation.put} />}
			{performance.data !== undefined && mayPassOn(one, performance.data) && <PassOn reservation={one} offset={performance.data.utc_offset} />}
		</div>
	);
}

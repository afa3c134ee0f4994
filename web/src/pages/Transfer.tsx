// SPDX-License-Identifier: BSD-2-Clause
//
// PassOn, Passed, TransferPage - a reservation goes to another user: offered by
// a link, listed when it went, and accepted
//
// Layer: pages.  Uses: parts, state, api.
import { useState } from "react";
import * as api from "../api/calls";
import { Problem } from "../api/client";
import { Field } from "../parts/Field";
import { Heading } from "../parts/Frame";
import { Link } from "../parts/Link";
import { Notice, Refused } from "../parts/Notice";
import { Waiting } from "../parts/Waiting";
import { announce } from "../state/announce";
import { textOf, useForm } from "../state/form";
import { useWords } from "../state/language";
import { useLoginFirst } from "../state/login";
import { useMore } from "../state/more";
import { useRead } from "../state/read";
import { asMe } from "../state/session";
import { dayAndTime, type Key } from "../words/words";

/** What refusals mean here. */
const REFUSALS: Record<string, Key> = {
	"sale-closed": "transfer.closed",
	"no-such-move": "transfer.not-now",
	"not-found": "transfer.gone",
};

function Why({ problem }: { problem: Problem | undefined }) {
	const { t } = useWords();
	const key = REFUSALS[problem?.slug ?? ""];
	return key === undefined ? <Refused problem={problem} /> : <Notice kind="bad">{t(key)}</Notice>;
}

/** Something that is asked for by a button: whether it runs, what was refused. */
function useAsked() {
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState<Problem>();
	const ask = async (what: () => Promise<void>) => {
		setBusy(true);
		setProblem(undefined);
		try {
			await what();
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			setProblem(failure);
		} finally {
			setBusy(false);
		}
	};
	return { busy, problem, ask };
}

function usePerformance(id: number) {
	return useRead(`performance ${id}`, () => api.getPerformance(id)).data;
}

// ---- the owner's side ----

function Open(props: { offer: api.Offer; number: string; offset: string; taken(): void }) {
	const { offer, number } = props;
	const { t, language } = useWords();
	const [told, tell] = useState("");
	const { busy, problem, ask } = useAsked();
	const link = `${location.origin}/transfers/${offer.token}`;
	const time = dayAndTime(language, offer.expires_at, props.offset);
	const copy = async (field: HTMLInputElement) => {
		field.select();
		await navigator.clipboard.writeText(link).catch(() => document.execCommand("copy"));
		tell(t("transfer.copied"));
	};
	return (
		<form onSubmit={(event) => { event.preventDefault(); void copy(event.currentTarget["link"] as HTMLInputElement); }}>
			<p>{offer.to === null ? t("transfer.open", { time }) : t("transfer.open.to", { to: offer.to, time })}</p>
			<Field label={t("transfer.link")} name="link" value={link} readOnly onFocus={(event) => event.currentTarget.select()} />
			<Why problem={problem} />
			<p className="buttons">
				<button className="button">{t("transfer.copy")}</button>
				<button type="button" className="quiet" disabled={busy} onClick={() => void ask(async () => {
					await asMe((token) => api.takeOfferBack(token, number));
					announce(t("transfer.back.done"));
					props.taken();
				})}>{t("transfer.back")}</button>
			</p>
			<p role="status">{told}</p>
		</form>
	);
}

function Make(props: { number: string; made(offer: api.Offer): void }) {
	const { t } = useWords();
	const form = useForm(async (data) => {
		props.made(await asMe((token) => api.offerReservation(token, props.number, textOf(data, "to").trim())));
	});
	const wrong = form.problem?.document.field === "to" ? t("transfer.to.none") : undefined;
	return (
		<form onSubmit={form.onSubmit}>
			<p>{t("transfer.lead")}</p>
			{wrong === undefined && <Why problem={form.problem} />}
			<Field label={t("transfer.to")} name="to" hint={t("transfer.to.hint")} wrong={wrong} autoComplete="off" autoCapitalize="none" spellCheck={false} maxLength={64} />
			<button className="button" disabled={form.busy}>{t("transfer.make")}</button>
		</form>
	);
}

/** To offer it, to see how that stands, to take it back; times are the venue's. */
export function PassOn({ reservation, offset }: { reservation: api.Reservation; offset: string }) {
	const { number } = reservation;
	const { t } = useWords();
	const read = useRead(`offer ${number}`, async () => (await asMe((token) => api.getOffer(token, number))) ?? null);
	if (read.data === undefined) return <Refused problem={read.failure} again={() => void read.again()} />;
	return (
		<section className="card form" aria-labelledby="pass-on">
			<h2 id="pass-on">{t("transfer.title")}</h2>
			{read.data === null ? <Make number={number} made={read.put} /> : <Open key={read.data.token} offer={read.data} number={number} offset={offset} taken={() => read.put(null)} />}
			<p><small>{t(reservation.paid_by_other ? "transfer.money.other" : "transfer.money")}</small></p>
		</section>
	);
}

type One = Awaited<ReturnType<typeof api.listTransfers>>["items"][number];

function PassedItem({ one }: { one: One }) {
	const { t, language } = useWords();
	const performance = usePerformance(one.performance_id);
	const n = one.quantity;
	return (
		<li className="reservation-item">
			<b>{performance?.show.title ?? "…"}</b>
			<span>{performance !== undefined && dayAndTime(language, performance.starts_at, performance.utc_offset)}</span>
			<span>{n === 1 ? t("reservation.seats.one") : t("reservation.seats", { n })}</span>
			<span className="state CANCELLED">{one.to === null ? t("transfer.passed.on") : t("transfer.passed.to", { to: one.to })}</span>
		</li>
	);
}

/** What one had, and passed on. */
export function Passed() {
	const { t } = useWords();
	const list = useRead("transfers", () => asMe(api.listTransfers));
	const all = useMore(list, (cursor) => asMe((token) => api.listTransfers(token, cursor)));
	if (all.items.length === 0) return null;
	return (
		<>
			<h2>{t("transfer.passed")}</h2>
			<ul className="reservation-list">
				{all.items.map((one) => <PassedItem key={one.number} one={one} />)}
			</ul>
			<Refused problem={all.failure} />
			{all.showMore && <button type="button" className="quiet" onClick={all.showMore}>{t("show-more")}</button>}
		</>
	);
}

// ---- the other side ----

function useSection(offered: api.Transfer) {
	const id = offered.section_id === undefined ? undefined : offered.performance_id;
	const sections = useRead(id === undefined ? undefined : `sections ${id}`, () => api.listSections(id ?? 0)).data;
	return sections?.items.find((one) => one.section_id === offered.section_id)?.name ?? "";
}

function What({ offered }: { offered: api.Transfer }) {
	const { t, language } = useWords();
	const performance = usePerformance(offered.performance_id);
	const section = useSection(offered);
	const several = (performance?.ticket_types ?? []).length > 1;
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
					{offered.seats?.map((seat) => (
						<li key={seat.seat_id}>{seat.label}{several && <small> {seat.ticket_name}</small>}</li>
					))}
					{offered.tickets?.filter((one) => one.quantity > one.cancelled_quantity).map((one) => (
						<li key={one.ticket_type}>
							{t("pick.places", { section, n: one.quantity - one.cancelled_quantity })}
							{several && <small> {one.ticket_name}</small>}
						</li>
					))}
				</ul>
			</div>
		</div>
	);
}

function Accept(props: { offered: api.Transfer; token: string; accepted(number: string): void }) {
	const { offered } = props;
	const { t, language } = useWords();
	const performance = usePerformance(offered.performance_id);
	const { busy, problem, ask } = useAsked();
	return (
		<>
			<p className="lead">{t("transfer.offered", { from: offered.from })}</p>
			<What offered={offered} />
			<Why problem={problem} />
			<p>
				{t("transfer.accept.lead")}{" "}
				{performance !== undefined && t("transfer.until", { time: dayAndTime(language, offered.expires_at, performance.utc_offset) })}
			</p>
			<p><small>{t("transfer.money.other")}</small></p>
			<p className="buttons">
				<button type="button" className="button" disabled={busy} onClick={() => void ask(async () => {
					const { number } = await asMe((token) => api.acceptTransfer(token, props.token));
					announce(t("transfer.accepted"));
					props.accepted(number);
				})}>{t("transfer.accept")}</button>
			</p>
		</>
	);
}

function Accepted({ number }: { number: string }) {
	const { t } = useWords();
	return (
		<>
			<Notice kind="good">{t("transfer.accepted")}</Notice>
			<p className="buttons">
				<Link className="button" href={`/reservations/${number}/tickets`}>{t("tickets.show")}</Link>
				<Link className="quiet" href={`/reservations/${number}`}>{t("reservation.title")}</Link>
			</p>
		</>
	);
}

export function TransferPage({ token }: { token: string }) {
	const { t } = useWords();
	const read = useRead(`transfer ${token}`, () => asMe((me) => api.getTransfer(me, token)));
	useLoginFirst(read.failure);
	const one = read.data;
	const number = one?.reservation_number ?? "";
	return (
		<div className="narrow">
			<Heading>{t("transfer.title.offered")}</Heading>
			<Why problem={read.failure} />
			{one === undefined ? read.failure === undefined && <Waiting />
				: one.status === "open" ? <Accept offered={one} token={token} accepted={(its) => read.put({ ...one, status: "accepted", reservation_number: its })} />
				: one.status === "accepted" ? <Accepted number={number} />
				: (
					<>
						<Notice>{t("transfer.own")}</Notice>
						<What offered={one} />
						<p className="buttons"><Link className="quiet" href={`/reservations/${number}`}>{t("reservation.title")}</Link></p>
					</>
				)}
		</div>
	);
}

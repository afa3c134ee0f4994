// SPDX-License-Identifier: BSD-2-Clause
//
// Basket - what is held, the terms, and paying
//
// Layer: pages.  Uses: parts, state, api.
import { useEffect, useRef, useState } from "react";
import * as api from "../api/calls";
import { Problem } from "../api/client";
import { CardField } from "../parts/CardField";
import { Heading } from "../parts/Frame";
import { Link } from "../parts/Link";
import { Notice, Refused } from "../parts/Notice";
import { RefundTerms } from "../parts/RefundTerms";
import { TicketNotes, TicketSelect } from "../parts/TicketSelect";
import { Waiting } from "../parts/Waiting";
import { announce } from "../state/announce";
import { endOf } from "../state/basket";
import type { CardForm } from "../state/card";
import { useSecondsLeft } from "../state/clock";
import { attemptOf, changeTypes, dropHold, extendHold, holdPicks, holdsOf, payHold, sameAgain } from "../state/holding";
import { useWords } from "../state/language";
import { useLoginFirst } from "../state/login";
import { useRead } from "../state/read";
import { go, goInstead } from "../state/route";
import { asMe } from "../state/session";
import { misfit, countTickets, typesOf, type TicketType } from "../state/tickets";
import { countdown, dayAndTime } from "../words/words";
import { loadOwn } from "./later";

const WARN_S = 60;

function Clock(props: { left: number; extend(): void; busy: boolean }) {
	const { t } = useWords();
	const { left } = props;
	const soon = left < WARN_S;
	useEffect(() => {
		if (soon) announce(t("basket.soon-over"));
	}, [soon]);
	return (
		<div className={soon ? "clock-card soon" : "clock-card"}>
			<span>{t("basket.held")}</span>
			<b role="timer" aria-label={t("basket.held.spoken", { minutes: Math.floor(left / 60), seconds: Math.floor(left % 60) })}>
				{countdown(left)}
			</b>
			<button type="button" className="quiet" disabled={props.busy} onClick={props.extend}>{t("basket.extend")}</button>
		</div>
	);
}

/** Each place, as what it is bought, and what it costs. */
function Lines(props: {
	hold: api.Hold;
	types: TicketType[];
	sections: Map<number, string>;
	/** As what they are to be bought, each in its place. */
	codes: string[];
	wrong: TicketType | undefined;
	busy: boolean;
	change(codes: string[]): void;
}) {
	const { hold, types, codes } = props;
	const { t, won } = useWords();
	const section = props.sections.get(hold.section_id ?? 0) ?? "";
	const places =
		hold.seats ??
		hold.tickets?.flatMap((one) => Array.from({ length: one.quantity }, () => ({ label: section, price: one.price }))) ??
		[];
	return (
		<>
			<ul className="lines">
				{places.map(({ label, price }, i) => (
					<li key={i}>
						<span>{label}</span>
						<TicketSelect
							types={types}
							place={hold.seats === undefined ? `${label} ${i + 1}` : label}
							prices={undefined}
							currency={hold.currency}
							value={codes[i] ?? ""}
							disabled={props.busy}
							set={(code) => props.change(codes.map((was, at) => (at === i ? code : was)))}
						/>
						<span>{won(price, hold.currency)}</span>
					</li>
				))}
				<li className="total"><span>{t("basket.total")}</span><strong>{won(hold.amount, hold.currency)}</strong></li>
			</ul>
			<TicketNotes types={types} chosen={codes} wrong={props.wrong} />
		</>
	);
}

function Terms({ performance }: { performance: api.Performance }) {
	const { t } = useWords();
	return (
		<>
			<h2>{t("basket.terms")}</h2>
			<RefundTerms performance={performance} />
		</>
	);
}

/** How it is paid, where there is a choice. */
function Ways(props: { ways: api.PaymentMethod[]; value: string; disabled: boolean; choose(method: "wallet" | "card"): void }) {
	const { t } = useWords();
	return (
		<fieldset className="ways" disabled={props.disabled}>
			<legend>{t("pay.how")}</legend>
			{(["wallet", "card"] as const).filter((way) => props.ways.some((one) => one.method === way)).map((way) => (
				<label key={way}>
					<input type="radio" name="way" checked={props.value === way} onChange={() => props.choose(way)} />
					{t(`pay.${way}`)}
				</label>
			))}
		</fieldset>
	);
}

function WalletLine({ hold, balance }: { hold: api.Hold; balance: number | undefined }) {
	const { t, won } = useWords();
	const short = balance === undefined ? 0 : hold.amount - balance;
	return (
		<>
			<p className="wallet-line">
				<span>{t("basket.wallet")}</span>
				{balance !== undefined && <span>{t("basket.wallet.balance", { amount: won(balance, hold.currency) })}</span>}
			</p>
			{short > 0 && <Notice kind="bad">{t("basket.wallet.short", { amount: won(short, hold.currency) })}</Notice>}
		</>
	);
}

function Paying(props: { performance: api.Performance; hold: api.Hold; ready: boolean; failed(problem: Problem): void }) {
	const { hold, performance } = props;
	const { t, won } = useWords();
	const wallet = useRead("wallet", () => asMe(api.wallet));
	const methods = useRead("payment methods", api.listPaymentMethods);
	const [way, choose] = useState<"wallet" | "card">("wallet");
	const [card, setCard] = useState<CardForm>();
	const [noCard, sayNoCard] = useState(false);
	const [agreed, agree] = useState(false);
	const [busy, setBusy] = useState(false);
	const [asked, ask] = useState(false);
	const box = useRef<HTMLInputElement>(null);

	const ways = (methods.data?.items ?? []).filter((one) => one.currency === null || one.currency === hold.currency);
	const form = ways.find((one) => one.method === "card")?.form ?? undefined;
	const short = wallet.data !== undefined && hold.amount > wallet.data.balance;
	const pay = async () => {
		if (!agreed) {
			ask(true);
			box.current?.focus();
			return;
		}
		setBusy(true);
		try {
			const paid = await payHold(hold, way, async () => card?.source());
			sayNoCard(paid === undefined);
			if (paid === undefined) return;
			await holdsOf(hold.performance_id).catch(() => undefined);
			goInstead("number" in paid ? `/done/${paid.number}` : `/payments/${paid.payment}`);
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			props.failed(failure);
			void wallet.again();
		} finally {
			setBusy(false);
		}
	};
	return (
		<div className="card">
			<Terms performance={performance} />
			<label className="agree">
				<input type="checkbox" ref={box} checked={agreed} aria-describedby={asked && !agreed ? "agree-first" : undefined} aria-invalid={asked && !agreed} onChange={(event) => agree(event.currentTarget.checked)} />
				{t("basket.agree")}
			</label>
			{asked && !agreed && <p id="agree-first" className="wrong" role="alert">{t("basket.agree.first")}</p>}
			{form !== undefined && hold.amount > 0 && <Ways ways={ways} value={way} disabled={busy} choose={choose} />}
			{way === "wallet" && <WalletLine hold={hold} balance={wallet.data?.balance} />}
			{way === "card" && form !== undefined && <CardField form={form} wrong={noCard} opened={setCard} />}
			<button type="button" className="button wide" disabled={busy || !props.ready || (way === "wallet" ? short : card === undefined)} onClick={() => void pay()}>
				{busy ? t("basket.paying") : t("basket.pay", { amount: won(hold.amount, hold.currency) })}
			</button>
		</div>
	);
}

/** Somebody outside is asked for the money: no clock runs. */
function BeingPaid({ hold }: { hold: api.Hold }) {
	const { t } = useWords();
	const payment = attemptOf(hold)?.payment;
	return (
		<Notice>
			<p>{t("problem.hold-paying")}</p>
			{payment !== undefined && <Link className="button" href={`/payments/${payment}`}>{t("payment.look")}</Link>}
		</Notice>
	);
}

/** The time is over; the same seats once more, if they are still there. */
function Over({ hold }: { hold: api.Hold }) {
	const { t } = useWords();
	const [problem, setProblem] = useState<Problem>();
	const id = hold.performance_id;
	const retry = async () => {
		try {
			await holdPicks(id, sameAgain(hold));
			goInstead(`/performances/${id}/basket`);
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			setProblem(failure);
		}
	};
	return (
		<>
			<Notice kind="bad"><p>{t("basket.over")}</p></Notice>
			<Refused problem={problem} />
			<p className="buttons">
				<button type="button" className="button" onClick={() => void retry()}>{t("basket.retry")}</button>
				<Link className="quiet" href={`/performances/${id}`}>{t("basket.choose")}</Link>
			</p>
		</>
	);
}

function Held(props: { performance: api.Performance; hold: api.Hold; sections: Map<number, string>; changed(hold: api.Hold): void }) {
	const { performance, hold } = props;
	const { t } = useWords();
	const [untilMs, setUntil] = useState(() => endOf(hold));
	const [problem, setProblem] = useState<Problem>();
	const [busy, setBusy] = useState(false);
	/** Ticket types that were chosen and cannot be had so. */
	const [draft, setDraft] = useState<string[]>();
	const left = useSecondsLeft(untilMs);

	useEffect(() => setUntil(endOf(hold)), [hold]);
	const attempt = async (what: () => Promise<void>) => {
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
	const types = performance.ticket_types;
	const codes = draft ?? typesOf(hold);
	const wrong = misfit(types, countTickets(codes));
	// Of a type that is sold by threes the first alone is no choice yet.
	const retype = (next: string[]) => {
		if (misfit(types, countTickets(next)) !== undefined) return setDraft(next);
		void attempt(async () => {
			props.changed(await changeTypes(hold, next));
			setDraft(undefined);
		});
	};
	const gone = problem !== undefined && ["hold-expired", "hold-lost"].includes(problem.slug);
	if (hold.status === "paying") return <BeingPaid hold={hold} />;
	if (left <= 0 || gone) return <Over hold={hold} />;
	return (
		<div className="basket">
			<div className="card">
				<Clock left={left} busy={busy} extend={() => void attempt(async () => {
					setUntil(endOf(await extendHold(hold)));
					announce(t("basket.extended"));
				})} />
				<Lines hold={hold} types={types} codes={codes} wrong={wrong} sections={props.sections} busy={busy} change={retype} />
				<p className="buttons">
					{hold.seat_ids !== undefined && <Link className="quiet" href={`/performances/${performance.id}`}>{t("basket.change")}</Link>}
					<button type="button" className="quiet" disabled={busy} onClick={() => void attempt(async () => {
						await dropHold(hold);
						go(`/performances/${performance.id}`);
					})}>{t("basket.drop")}</button>
				</p>
			</div>
			<div>
				<Refused problem={problem} />
				<Paying performance={performance} hold={hold} ready={!busy && draft === undefined} failed={setProblem} />
			</div>
		</div>
	);
}

export function Basket({ id }: { id: number }) {
	const { t, language } = useWords();
	// What comes behind it has its script by then.
	useEffect(() => void loadOwn().catch(() => undefined), []);
	const performance = useRead(`performance ${id}`, () => api.getPerformance(id));
	const sections = useRead(`sections ${id}`, () => api.listSections(id));
	const holds = useRead(`holds ${id}`, () => holdsOf(id));
	const failure = holds.failure ?? performance.failure;
	useLoginFirst(holds.failure);
	const one = performance.data;
	if (one === undefined || holds.data === undefined)
		return failure === undefined ? <Waiting /> : <Refused problem={failure} again={() => { void holds.again(); void performance.again(); }} />;
	const all = holds.data;
	const names = new Map(sections.data?.items.map((s) => [s.section_id, s.name]));
	return (
		<>
			<Heading aside={<p className="lead">{one.show.title} · {dayAndTime(language, one.starts_at, one.utc_offset)} · {one.venue.name}, {one.hall.name}</p>}>
				{t("basket.title")}
			</Heading>
			{all.length === 0 && (
				<Notice>
					<p>{t("basket.none")}</p>
					<Link className="button" href={`/performances/${id}`}>{t("basket.choose")}</Link>
				</Notice>
			)}
			{all.map((hold) => (
				<Held key={hold.hold_token} performance={one} hold={hold} sections={names} changed={(next) => holds.put(all.map((was) => (was.hold_token === next.hold_token ? next : was)))} />
			))}
		</>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Counter - sales at a counter, by keys: a till is opened, sells, and is counted
//
// Layer: operator.  Uses: parts, state.
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import type { Seat } from "../../api/calls";
import { Field } from "../../parts/Field";
import { Heading } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { Notice, Refused } from "../../parts/Notice";
import { Waiting } from "../../parts/Waiting";
import { announce } from "../../state/announce";
import { textOf, useForm } from "../../state/form";
import { useRead } from "../../state/read";
import { go } from "../../state/route";
import { asMe } from "../../state/session";
import { keep, recall } from "../../state/store";
import { dayAndTime } from "../../words/words";
import * as api from "../calls";
import { command, placed, saidOf, type TicketName } from "../counter/command";
import { Methods } from "../counter/Methods";
import { PrintNamed } from "../counter/Printout";
import { isAnswered, selling, type Sale, type Sold } from "../counter/sale";
import { useSales } from "../counter/Sales";
import { useMyTill } from "../counter/till";
import { isSomeKept, keeperOf, type Kept } from "../kept";
import { useLayout } from "../layout";
import { minorOf } from "../money";
import { Badge, readKept, useKept } from "../parts/House";
import { Find, useFound } from "../parts/Find";
import { List } from "../parts/List";
import { PerformanceName } from "../parts/Named";
import { Table } from "../parts/Table";
import { useTexts } from "../words/words";

const CURRENCY = "KRW";

/** An amount, or what is wrong with it. */
function useAmount(currency: string) {
	const { t } = useTexts();
	const [wrong, setWrong] = useState<string>();
	return {
		wrong,
		read(form: FormData, name: string): number | undefined {
			const amount = minorOf(textOf(form, name), currency);
			setWrong(amount === undefined ? t("counter.amount") : undefined);
			return amount;
		},
	};
}

function Open({ opened }: { opened(till: api.Till): void }) {
	const { t } = useTexts();
	const float = useAmount(CURRENCY);
	const form = useForm(async (data) => {
		const amount = float.read(data, "float");
		const till = textOf(data, "till").trim();
		if (amount === undefined) return;
		keep("till", till);
		opened(await asMe((token) => api.openTill(token, { till, float: amount, currency: CURRENCY })));
	});
	return (
		<form className="narrow" onSubmit={form.onSubmit}>
			<p className="lead">{t("counter.open.lead")}</p>
			<Refused problem={form.problem} />
			<Field label={t("counter.till")} name="till" defaultValue={recall("till", "")} pattern="[A-Za-z0-9._\-]{1,32}" required autoFocus hint={t("counter.till.hint")} />
			<Field label={t("counter.float")} name="float" inputMode="decimal" required wrong={float.wrong} />
			<button className="button" disabled={form.busy}>{t("counter.open")}</button>
		</form>
	);
}

function Counted({ till }: { till: api.Till }) {
	const { t, won } = useTexts();
	const difference = till.difference ?? 0;
	return (
		<>
			<Notice kind={difference === 0 ? "good" : "bad"}>
				{difference === 0 ? t("counter.right") : t("counter.wrong", { amount: won(difference, till.currency) })}
			</Notice>
			<Methods till={till} />
			<p><Link className="button" href="/operator/counter">{t("counter.next")}</Link></p>
		</>
	);
}

function Close({ till, closed }: { till: api.Till; closed(till: api.Till): void }) {
	const { t, won } = useTexts();
	const counted = useAmount(till.currency);
	const form = useForm(async (data) => {
		const amount = counted.read(data, "counted");
		const note = textOf(data, "note").trim();
		if (amount === undefined) return;
		closed(await asMe((token) => api.closeTill(token, till.id, { counted: amount, ...(note === "" ? {} : { note }) })));
	});
	return (
		<>
			<Methods till={till} />
			<form className="narrow" onSubmit={form.onSubmit}>
				<p>{t("counter.float")}: {won(till.float, till.currency)}</p>
				<Refused problem={form.problem} />
				<Field label={t("counter.counted")} name="counted" inputMode="decimal" required autoFocus wrong={counted.wrong} />
				<Field label={t("note.text")} name="note" maxLength={500} />
				<button className="button" disabled={form.busy}>{t("counter.close")}</button>
			</form>
		</>
	);
}

/** Which performance is sold; the address keeps it. */
function Choose({ chosen }: { chosen: number | undefined }) {
	const { t, language } = useTexts();
	const [show, setShow] = useState<number>();
	const shows = useFound("counter shows", api.listShows);
	const of = useRead(show === undefined ? undefined : `counter show ${show}`, () => asMe((token) => api.listPerformances(token, show ?? 0)));
	const dates = of.data?.items ?? [];
	return (
		<>
			{chosen !== undefined && <p><b><PerformanceName id={chosen} /></b></p>}
			<div className="filters">
				<Find label={t("find.title")} of={shows} />
				<p className="field">
					<label htmlFor="counter-show">{t("counter.show")}</label>
					<select id="counter-show" value={show ?? ""} onChange={(event) => setShow(Number(event.currentTarget.value))}>
						<option value="" disabled>–</option>
						{shows.items.filter(({ status }) => status !== "ended").map((one) => <option key={one.id} value={one.id}>{one.title}</option>)}
					</select>
				</p>
				<p className="field">
					<label htmlFor="counter-date">{t("counter.date")}</label>
					<select id="counter-date" value="" disabled={dates.length === 0} onChange={(event) => go(`/operator/counter/${event.currentTarget.value}`)}>
						<option value="" disabled>–</option>
						{dates.map((one) => <option key={one.id} value={one.id}>{dayAndTime(language, one.starts_at, one.utc_offset)}</option>)}
					</select>
				</p>
			</div>
		</>
	);
}

/** A machine that sells (counter/sale), and what it shows. */
function useSale(till: api.Till, performance: number, seats: readonly Seat[], types: readonly TicketName[], sold: (sold: Sold) => void) {
	const [sale, show] = useState<Sale>();
	const machine = useRef<ReturnType<typeof selling>>(undefined);
	if (machine.current === undefined) {
		const places = placed(seats);
		machine.current = selling({
			read: (text) => command(text, places, types),
			hold: (what, house_code) => asMe((token) => api.placeTillHold(token, till.id, performance, "best" in what
				? { best_available: { quantity: what.best }, ...(what.types && { tickets: what.types }) }
				: { seats: what.seats.map((seat_id) => ({ seat_id, ...(what.types?.[seat_id] && { ticket_type: what.types[seat_id] }) })), ...(house_code && { house_code }) })),
			async keeper(asked) {
				const kept = await readKept(performance);
				return keeperOf(kept, asked)?.code ?? (isSomeKept(kept, asked) ? "several" : undefined);
			},
			async sell(hold, paid) {
				const { reservation } = await asMe((token) => api.sellAtCounter(token, { till_id: till.id, hold_token: hold.hold_token, ...paid }));
				const told = { number: reservation.number, seats: reservation.seat_ids?.length ?? reservation.quantity ?? 0, amount: reservation.amount, currency: reservation.currency };
				sold(told);
				return told;
			},
			drop: (hold) => asMe((token) => api.dropTillHold(token, till.id, hold.hold_token)),
		}, show);
	}
	return { sale: sale ?? machine.current.now(), machine: machine.current };
}

/** The letter on a key, whatever language it types. */
function keyOf(event: KeyboardEvent): string {
	return /^Key[A-Z]$/u.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
}

function Told({ sale }: { sale: Sale }) {
	const { t, won } = useTexts();
	if (sale.wrong !== undefined)
		return <Notice kind="bad">{t(`counter.${sale.wrong.wrong}`, { word: sale.wrong.word })}</Notice>;
	if (sale.problem !== undefined) return <Refused problem={sale.problem} />;
	if (sale.hold === undefined && sale.sold !== undefined)
		return (
			<Notice kind="good">
				{t("counter.was", { n: sale.sold.seats, amount: won(sale.sold.amount, sale.sold.currency), number: sale.sold.number })}
			</Notice>
		);
	return null;
}

function Held({ sale, press }: { sale: Sale; press(key: string): void }) {
	const { t, won } = useTexts();
	if (sale.hold === undefined) return null;
	const ways = [["c", "method.cash"], ["t", "method.terminal"], ["g", "method.complimentary"], ["n", "col.name"], ["Escape", "counter.drop"]] as const;
	return (
		<div className="counter-held">
			<p className="value">{won(sale.hold.amount, sale.hold.currency)}</p>
			<p>{(sale.hold.seats ?? []).map((seat) => [seat.label, seat.ticket_name].filter(Boolean).join(" ")).join(" · ")}{sale.name !== "" && ` — ${sale.name}`}</p>
			<p className="row">
				{ways.map(([key, word]) => (
					<button key={key} type="button" className={key === "c" ? "button" : "quiet"} disabled={sale.busy || sale.step !== "pay"} onClick={() => press(key)}>
						{t(word)} <kbd>{key === "Escape" ? "Esc" : key}</kbd>
					</button>
				))}
			</p>
		</div>
	);
}

/** Whether kept seats are sold to whom they are kept for. */
function Keeping({ sale, press }: { sale: Sale; press(key: string): void }) {
	const { t } = useTexts();
	if (sale.keeper === undefined) return null;
	return (
		<div className="counter-held" role="status">
			<p><Badge code={sale.keeper} /> <b>{t("house.for", { owner: sale.keeper.owner })}</b></p>
			<p>{sale.text}</p>
			<p className="row">
				<button type="button" className="button" onClick={() => press("y")}>{t("counter.kept.sell")} <kbd>y</kbd></button>
				<button type="button" className="quiet" onClick={() => press("Escape")}>{t("counter.drop")} <kbd>Esc</kbd></button>
			</p>
		</div>
	);
}

/** What is kept for somebody who may come for it; a click writes it into the entry. */
function KeptHere({ kept, seats, write }: { kept: Kept[]; seats: readonly Seat[]; write(text: string): void }) {
	const { t } = useTexts();
	const groups = kept.filter((one) => one.seats.length > 0);
	if (groups.length === 0) return null;
	return (
		<>
			<h2>{t("house.title")}</h2>
			<ul className="plain kept-here">
				{groups.map((one) => {
					const text = saidOf(seats.filter(({ seat_id: id }) => one.seats.includes(id)));
					return (
						<li key={one.code.code}>
							<Badge code={one.code} /> {one.code.owner}
							<button type="button" className="quiet" onClick={() => write(text)}>{text}</button>
						</li>
					);
				})}
			</ul>
		</>
	);
}

function Entry({ till, performance, seats, types, again }: { till: api.Till; performance: number; seats: readonly Seat[]; types: readonly TicketName[]; again(): void }) {
	const { t, won } = useTexts();
	const kept = useKept(performance);
	const { sale, machine } = useSale(till, performance, seats, types, (sold) => {
		announce(t("counter.was", { n: sold.seats, amount: won(sold.amount, sold.currency), number: sold.number }));
		again();
		void kept.again();
	});
	const field = useRef<HTMLInputElement>(null);
	// Whatever was clicked: keys go on here.
	useEffect(() => field.current?.focus(), [sale.step, sale.n, sale.busy]);
	const heard = (event: KeyboardEvent<HTMLInputElement>) => {
		if (event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing || event.key === "Tab") return;
		const { busy, step } = machine.now();
		if (!busy && !isAnswered(step) && event.key !== "Enter" && event.key !== "Escape") return;
		event.preventDefault();
		machine.press(isAnswered(step) ? keyOf(event) : event.key);
	};
	return (
		<>
			<p className="field counter-entry">
				<label htmlFor="entry">{t(`counter.step.${sale.step}`)}</label>
				<input id="entry" ref={field} value={sale.text} autoComplete="off" autoFocus onKeyDown={heard} onInput={(event) => machine.type(event.currentTarget.value)} data-sales={sale.n} data-step={sale.step} aria-busy={sale.busy} />
				<small>{t(`counter.hint.${sale.step}`, { seats: saidOf(seats.slice(0, 2)) })} {sale.step === "seats" && types.length > 1 && t("counter.hint.types", { types: types.map(({ code, name }) => (name === code ? code : `${name} (${code})`)).join(", ") })}</small>
			</p>
			<Keeping sale={sale} press={machine.press} />
			<Held sale={sale} press={machine.press} />
			<Told sale={sale} />
			<KeptHere kept={kept.data ?? []} seats={seats} write={(text) => {
				if (machine.now().step === "seats") machine.type(text);
				field.current?.focus();
			}} />
		</>
	);
}

function Last({ till, sales, done }: { till: api.Till; sales: api.CounterSale[]; done(): Promise<void> }) {
	const { t } = useTexts();
	const { columns, printout } = useSales(till, done);
	if (sales.length === 0) return null;
	return (
		<>
			<h2>{t("counter.last")}</h2>
			<Table caption={t("counter.last")} rows={sales} keyOf={(row) => row.number} columns={columns} />
			{printout}
		</>
	);
}

function Sell({ till, performance }: { till: api.Till; performance: number | undefined }) {
	const { t } = useTexts();
	const layout = useLayout(performance);
	const shown = useRead(performance === undefined ? undefined : `performance ${performance}`, () => asMe((token) => api.getPerformance(token, performance ?? 0)));
	const last = useRead(`counter sales ${till.id}`, () => asMe((token) => api.listCounterSales(token, { till_id: till.id, limit: 8 })));
	return (
		<>
			<Choose chosen={performance} />
			<Refused problem={layout.failure ?? shown.failure} again={() => void Promise.all([layout.again(), shown.again()])} />
			{performance !== undefined && layout.data !== undefined && shown.data !== undefined && (
				<Entry key={performance} till={till} performance={performance} seats={layout.data.seats} types={shown.data.ticket_types} again={() => void last.again()} />
			)}
			<Last till={till} sales={last.data?.items ?? []} done={last.again} />
			<div className="buttons">
				{performance !== undefined && <PrintNamed performance={performance} done={last.again} />}
				<Link className="quiet" href="/operator/counter/sales">{t("counter.sold_here")}</Link>
				<Link className="quiet" href="/operator/counter/close">{t("counter.to_close")}</Link>
			</div>
		</>
	);
}

/** What was sold at counters, by number or name. */
export function CounterSales() {
	const { t } = useTexts();
	const mine = useMyTill();
	const [step, setStep] = useState(0);
	const { columns, printout } = useSales(mine.data?.items[0], async () => setStep(step + 1));
	return (
		<>
			<List title={t("counter.sold_here")} name={`sold at counters ${step}`} read={api.listCounterSales} keyOf={(row) => row.number}
				lead={<p className="lead"><Link href="/operator/counter">{t("nav.counter")}</Link> · <Link href="/operator/counter/prints">{t("print.log")}</Link> · <Link href="/operator/counter/tills">{t("till.title")}</Link></p>}
				filters={[
					{ name: "name", label: t("col.name") },
					{ name: "number", label: t("col.number") },
					{ name: "performance_id", label: t("find.performance"), type: "number" },
				]}
				columns={columns} />
			{printout}
		</>
	);
}

/** what: "" nothing chosen, a performance's number, or "close". */
export function Counter({ what }: { what: string }) {
	const { t } = useTexts();
	const mine = useMyTill();
	const till = mine.data?.items[0];
	const [counted, setCounted] = useState<api.Till>();
	const close = (one: api.Till) => {
		mine.put({ items: [], next_cursor: null });
		setCounted(one);
	};
	if (counted !== undefined)
		return (
			<>
				<Heading>{t("counter.at", { till: counted.till })}</Heading>
				<Counted till={counted} />
			</>
		);
	return (
		<>
			<Heading>{till === undefined ? t("counter.title") : t("counter.at", { till: till.till })}</Heading>
			<Refused problem={mine.failure} again={() => void mine.again()} />
			{mine.data === undefined ? mine.failure === undefined && <Waiting />
				: till === undefined ? <Open opened={(one) => mine.put({ items: [one], next_cursor: null })} />
					: what === "close" ? <Close till={till} closed={close} />
						: <Sell till={till} performance={what === "" ? undefined : Number(what)} />}
		</>
	);
}

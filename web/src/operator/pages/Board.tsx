// SPDX-License-Identifier: BSD-2-Clause
//
// Board - the hall as it is being sold: how much, whose a seat is, and seats taken
// out of the sale, one by one or by a rectangle
//
// The chosen seats are in the address. Who cannot see a canvas writes their
// names; what is asked for is the same.
//
// Layer: operator.  Uses: map, parts, state.
import { useMemo, useState } from "react";
import type { Layout, Performance } from "../../api/calls";
import { Field } from "../../parts/Field";
import { Heading } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { Notice } from "../../parts/Notice";
import { Waiting } from "../../parts/Waiting";
import { textOf } from "../../state/form";
import { useRead } from "../../state/read";
import { goInstead, usePlace } from "../../state/route";
import { useSeats } from "../../state/seats";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import { addressOf } from "../address";
import { useAgain } from "../again";
import * as api from "../calls";
import { placed, saidOf, sayingOf, seatsSaid } from "../counter/command";
import { keeperOf, labelsOf, releasedAt, type Kept } from "../kept";
import { useLayout } from "../layout";
import { Ask, whyOf } from "../parts/Ask";
import { BoardMap } from "../parts/BoardMap";
import { Facts } from "../parts/Facts";
import { AddCode, Badge, KeptTable, useKept } from "../parts/House";
import { Owner, PerformanceName } from "../parts/Named";
import { Refusal } from "../parts/Refusal";
import { ReservationMoves, ShortHistory } from "../parts/Reservation";
import { Select } from "../parts/Select";
import { SoldNow } from "../parts/SoldNow";
import { useIs } from "../role";
import { useTexts } from "../words/words";
import { CHOSEN_MAX } from "../within";

/** Where each move begins. */
const FROM: Record<api.SeatVerb, string> = { block: "A", unblock: "B", disable: "A", enable: "D" };
/** Why what was written is no seats. */
const WRONG = { unknown: "counter.unknown", type: "counter.unknown", twice: "board.twice", many: "board.many" } as const;
/** What others keep is seen so much later at most. */
const KEPT_MS = 10_000;

/** The reservation that has a seat, or had it last: its story, and what may be done. */
function Story({ number, done }: { number: string; done(): Promise<void> }) {
	const { t } = useTexts();
	const read = useRead(`reservation of ${number}`, () => asMe((token) => api.getManagedReservation(token, number)));
	if (read.data === undefined) return <Refusal problem={read.failure} again={() => void read.again()} />;
	return (
		<>
			<p className="buttons"><ReservationMoves one={read.data.reservation} done={async () => void (await Promise.all([read.again(), done()]))} /></p>
			<h2>{t("history.title")}</h2>
			<ShortHistory moves={read.data.moves} />
		</>
	);
}

/** Whose a seat is, and was. */
function OwnerOf({ performance, seat }: { performance: number; seat: number }) {
	const { t, b, won } = useTexts();
	const found = useRead(`seat ${performance} ${seat}`, () =>
		asMe((token) => api.findReservations(token, { performance_id: performance, seat_id: seat, limit: 5 })));
	if (found.data === undefined)
		return found.failure === undefined ? <Waiting /> : <Refusal problem={found.failure} />;
	if (found.data.items.length === 0) return <p>{t("board.nobody")}</p>;
	return (
		<>
			{found.data.items.map((one, i) => (
				<div key={one.number}>
					<Facts facts={[
						[t("col.number"), <Link key="number" href={`/operator/reservations/${one.number}`}>{one.number}</Link>],
						[t("col.status"), b(`reservation.${one.status}`)],
						[t("col.who"), <Owner key="who" of={one} link />],
						[t("col.payment"), <Link key="payment" href={`/operator/payments/${one.payment_id}`}>{won(one.amount, one.currency)}</Link>],
					]} />
					{i === 0 && <Story number={one.number} done={found.again} />}
				</div>
			))}
		</>
	);
}

/** For whom seats are kept; none: for nobody in particular, where that is offered. */
function Code({ kept, none }: { kept: Kept[]; none: boolean }) {
	const { t } = useTexts();
	const codes = kept.map(({ code }) => ({ value: code.code, label: `${code.letter} · ${code.owner}` }));
	return <Select label={t("board.code")} name="code" required={!none} defaultValue="" options={[{ value: "", label: none ? t("board.code.none") : "–" }, ...codes]} />;
}

interface Chosen {
	performance: Performance;
	chosen: number[];
	kept: Kept[];
	letterOf(id: number): string;
	/** What was moved is another now. */
	done(): Promise<void>;
}

function Moves({ performance, chosen, kept, letterOf, done }: Chosen) {
	const { t, say } = useTexts();
	const isAdmin = useIs("ADMIN");
	if (!isAdmin) return null;
	const inState = (letter: string) => chosen.filter((id) => letterOf(id) === letter);
	const verbs = (Object.keys(FROM) as api.SeatVerb[]).filter((verb) => inState(FROM[verb]).length > 0);
	const move = (verb: api.SeatVerb, from = FROM[verb]) => async (form: FormData) => {
		const code = textOf(form, "code");
		await asMe((token) => api.moveSeats(token, performance.id, verb, { seat_ids: inState(from), reason: whyOf(form), ...(code !== "" && { code }) }));
		await done();
	};
	const n = (letter: string) => t("board.moves", { n: inState(letter).length });
	return (
		<p className="buttons">
			{verbs.map((verb) => (
				<Ask key={verb} title={say(`seats.${verb}`)} lead={n(FROM[verb])} does={move(verb)}>
					{verb === "block" && kept.length > 0 && <Code kept={kept} none />}
				</Ask>
			))}
			{inState("B").length > 0 && kept.length > 0 && (
				<Ask title={t("board.keep")} lead={n("B")} does={move("block", "B")}><Code kept={kept} none={false} /></Ask>
			)}
		</p>
	);
}

/** What one seat is, and for whom. */
function State({ performance, seat, kept, letter }: { performance: Performance; seat: number; kept: Kept[]; letter: string }) {
	const { t, say, language } = useTexts();
	const keeper = letter === "B" ? keeperOf(kept, [seat])?.code : undefined;
	const until = keeper && releasedAt(keeper, performance.starts_at);
	return (
		<>
			<p><b>{say(`letter.${letter}`)}</b></p>
			{keeper !== undefined && (
				<p><Badge code={keeper} /> {t("house.for", { owner: keeper.owner })}{until !== undefined && `, ${t("house.goes", { at: moment(language, until) })}`}</p>
			)}
			<OwnerOf key={seat} performance={performance.id} seat={seat} />
		</>
	);
}

/** The chosen seats, by name where they are not clicked, and what is done to them. */
function Seats(props: Chosen & { layout: Layout; choose(ids: number[]): void }) {
	const { t } = useTexts();
	const { performance, chosen } = props;
	const { seats } = props.layout;
	const places = useMemo(() => placed(seats), [seats]);
	const [wrong, setWrong] = useState<string>();
	const one = chosen.length === 1 ? chosen[0] : undefined;
	const text = sayingOf(chosen, seats, places);
	const choose = (form: FormData) => {
		const said = seatsSaid(textOf(form, "seats").trim(), places, CHOSEN_MAX);
		setWrong("wrong" in said ? t(WRONG[said.wrong], { word: said.word, n: CHOSEN_MAX }) : undefined);
		if ("seats" in said) props.choose(said.seats.filter((id) => id <= seats.length));
	};
	return (
		<section className="card" aria-label={t("board.chosen")}>
			<form onSubmit={(event) => {
				event.preventDefault();
				choose(new FormData(event.currentTarget));
			}}>
				<Field key={text} label={t("board.seats")} name="seats" defaultValue={text} autoComplete="off" hint={t("board.hint", { seats: saidOf(seats.slice(0, 2)) })} wrong={wrong} />
				<button className="quiet">{t("board.choose")}</button>
			</form>
			{one !== undefined && <State performance={performance} seat={one} kept={props.kept} letter={props.letterOf(one)} />}
			<Moves {...props} />
		</section>
	);
}

function Shown({ performance, layout }: { performance: Performance; layout: Layout }) {
	const { t } = useTexts();
	const seats = useSeats(performance, layout);
	const { path, query } = usePlace();
	const [drawing, setDrawing] = useState(false);
	const reads = useKept(performance.id);
	useAgain(KEPT_MS, reads);
	const kept = reads.data ?? [];
	const labels = useMemo(() => labelsOf(kept), [JSON.stringify(kept)]);
	const chosen = (query.get("seat")?.match(/\d+/gu) ?? []).map(Number).slice(0, CHOSEN_MAX);
	const choose = (ids: number[]) => goInstead(addressOf(path, { seat: ids.slice(0, CHOSEN_MAX).join(".") }));
	const letterOf = (id: number) => String.fromCharCode(seats.states?.letters[id - 1] ?? 0);
	const toggle = (ids: number[], more: boolean) => {
		setDrawing(false);
		choose(more ? [...new Set([...chosen, ...ids])] : ids);
	};
	const moved = async () => {
		choose([]);
		await reads.again();
	};
	return (
		<div className="board-page">
			<SoldNow performance={performance.id} currency={performance.currency} states={seats.states} />
			<div>
				<p className="buttons">
					<button type="button" className="quiet" aria-pressed={drawing} onClick={() => setDrawing(!drawing)}>{t("board.draw")}</button>
					{chosen.length > 0 && <button type="button" className="quiet" onClick={() => choose([])}>{t("board.none")}</button>}
				</p>
				<BoardMap layout={layout} seats={seats} chosen={chosen} labels={labels} drawing={drawing} choose={toggle} />
			</div>
			<Seats performance={performance} layout={layout} chosen={chosen} kept={kept} letterOf={letterOf} done={moved} choose={choose} />
			<section className="board-kept">
				<h2>{t("house.title")}</h2>
				<Refusal problem={reads.data === undefined ? reads.failure : undefined} again={() => void reads.again()} />
				{kept.length > 0 && <KeptTable kept={kept} layout={layout} startsAt={performance.starts_at} choose={choose} done={reads.again} />}
				{reads.data !== undefined && <p className="buttons"><AddCode known={kept} done={reads.again} /></p>}
			</section>
		</div>
	);
}

export function Board({ id }: { id: number }) {
	const { t } = useTexts();
	const performance = useRead(`performance ${id}`, () => asMe((token) => api.getPerformance(token, id)));
	const layout = useLayout(id);
	const failure = performance.failure ?? layout.failure;
	return (
		<>
			<Heading aside={<p className="lead"><Link href={`/operator/performances/${id}`}><PerformanceName id={id} /></Link></p>}>{t("board.title")}</Heading>
			{failure?.slug === "not-found" ? <Notice>{t("board.draft")}</Notice> : <Refusal problem={failure} />}
			{performance.data !== undefined && layout.data !== undefined
				? <Shown performance={performance.data} layout={layout.data} />
				: failure === undefined && <Waiting />}
		</>
	);
}

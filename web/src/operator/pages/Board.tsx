// SPDX-License-Identifier: BSD-2-Clause
//
// Board - the hall as it is being sold: how much, whose a seat is, and seats taken
// out of the sale, one by one or by a rectangle
//
// The chosen seats are in the address. Who cannot see a canvas writes their
// numbers; what is asked for is the same.
//
// Layer: operator.  Uses: map, parts, state.
import { useEffect, useRef, useState, type PointerEvent } from "react";
import { getLayout, type Layout, type Performance } from "../../api/calls";
import type { HallMap } from "../../map/index";
import { Field } from "../../parts/Field";
import { Heading } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { Notice } from "../../parts/Notice";
import { Waiting } from "../../parts/Waiting";
import { textOf } from "../../state/form";
import { useRead } from "../../state/read";
import { goInstead, usePlace } from "../../state/route";
import { useSeats, type Seats } from "../../state/seats";
import { asMe } from "../../state/session";
import { addressOf } from "../address";
import * as api from "../calls";
import { Ask, whyOf } from "../parts/Ask";
import { Facts } from "../parts/Facts";
import { Owner, PerformanceName, SeatNames } from "../parts/Named";
import { Refusal } from "../parts/Refusal";
import { chosenOf } from "../parts/Refund";
import { SoldNow } from "../parts/SoldNow";
import { useIs } from "../role";
import { useTexts } from "../words/words";
import { seatsWithin, type Box } from "../within";
import "../../map/map.css";

/** As many as the API moves at once. */
const CHOSEN_MAX = 500;
/** Where each move begins. */
const FROM: Record<api.SeatVerb, string> = { block: "A", unblock: "B", disable: "A", enable: "D" };

/** The canvas, and a rectangle drawn on it while one is being chosen. */
function Hall(props: { layout: Layout; seats: Seats; chosen: number[]; drawing: boolean; choose(ids: number[], more: boolean): void }) {
	const { layout, chosen } = props;
	const { b, language } = useTexts();
	const canvas = useRef<HTMLCanvasElement>(null);
	const [map, setMap] = useState<HallMap>();
	const [box, draw] = useState<Box>();
	const told = useRef(props.choose);
	told.current = props.choose;
	useEffect(() => {
		let shown: HallMap | undefined;
		let stop: () => void = () => undefined;
		let over = false;
		void import("../../map/index").then(({ createHallMap }) => {
			if (over || canvas.current === null) return;
			const number = new Intl.NumberFormat(language);
			shown = createHallMap(canvas.current, layout, {
				words: { left: (n) => b("left", { n: number.format(n) }), soldOut: b("sale.full") },
			});
			shown.on("pick", (what) => {
				if ("seat" in what) told.current([what.seat], false);
			});
			stop = props.seats.follow(shown);
			setMap(shown);
		});
		return () => {
			over = true;
			stop();
			shown?.destroy();
			setMap(undefined);
		};
	}, [layout, language]);
	useEffect(() => map?.select(chosen), [map, chosen.join()]);
	const at = (event: PointerEvent<HTMLElement>) => {
		const { left, top } = event.currentTarget.getBoundingClientRect();
		return { x: event.clientX - left, y: event.clientY - top };
	};
	const begin = (event: PointerEvent<HTMLElement>) => {
		event.currentTarget.setPointerCapture(event.pointerId);
		draw({ from: at(event), to: at(event) });
	};
	const end = () => {
		if (box !== undefined && map !== undefined)
			told.current(seatsWithin(layout, box, (id) => map.placeOf(id)).slice(0, CHOSEN_MAX), true);
		draw(undefined);
	};
	return (
		<div className="hall-view board">
			<canvas className="hall-map" ref={canvas} role="img" aria-label={b("map.label")} />
			{props.drawing && (
				<div className="board-draw" onPointerDown={begin} onPointerMove={(event) => box !== undefined && draw({ ...box, to: at(event) })} onPointerUp={end} onPointerCancel={() => draw(undefined)}>
					{box !== undefined && (
						<svg aria-hidden="true"><rect x={Math.min(box.from.x, box.to.x)} y={Math.min(box.from.y, box.to.y)} width={Math.abs(box.to.x - box.from.x)} height={Math.abs(box.to.y - box.from.y)} /></svg>
					)}
				</div>
			)}
			<div className="hall-buttons" role="group" aria-label={b("map.label")}>
				<button type="button" aria-label={b("map.in")} onClick={() => map?.zoomIn()}>+</button>
				<button type="button" aria-label={b("map.out")} onClick={() => map?.zoomOut()}>−</button>
				<button type="button" aria-label={b("map.whole")} onClick={() => map?.fit()}>⤢</button>
			</div>
		</div>
	);
}

/** Whose a seat is. */
function OwnerOf({ performance, seat }: { performance: number; seat: number }) {
	const { t, b, won } = useTexts();
	const found = useRead(`seat ${performance} ${seat}`, () =>
		asMe((token) => api.findReservations(token, { performance_id: performance, seat_id: seat, limit: 5 })));
	if (found.data === undefined)
		return found.failure === undefined ? <Waiting /> : <Refusal problem={found.failure} />;
	if (found.data.items.length === 0) return <p>{t("board.nobody")}</p>;
	return (
		<>
			{found.data.items.map((one) => (
				<Facts key={one.number} facts={[
					[t("col.number"), <Link key="number" href={`/operator/reservations/${one.number}`}>{one.number}</Link>],
					[t("col.status"), b(`reservation.${one.status}`)],
					[t("col.who"), <Owner key="who" of={one} />],
					[t("col.payment"), <Link key="payment" href={`/operator/payments/${one.payment_id}`}>{won(one.amount, one.currency)}</Link>],
				]} />
			))}
		</>
	);
}

function Moves(props: { performance: number; chosen: number[]; letterOf(id: number): string; done(): void }) {
	const { t, say } = useTexts();
	const isAdmin = useIs("ADMIN");
	const codes = useRead("house codes", () => asMe(api.listHouseCodes)).data?.items ?? [];
	if (!isAdmin) return null;
	const verbs = (Object.keys(FROM) as api.SeatVerb[]).filter((verb) => props.chosen.some((id) => props.letterOf(id) === FROM[verb]));
	const move = (verb: api.SeatVerb) => async (form: FormData) => {
		const seat_ids = props.chosen.filter((id) => props.letterOf(id) === FROM[verb]);
		const code = textOf(form, "code");
		await asMe((token) => api.moveSeats(token, props.performance, verb, { seat_ids, reason: whyOf(form), ...(code !== "" && { code }) }));
		props.done();
	};
	return (
		<p className="buttons">
			{verbs.map((verb) => (
				<Ask key={verb} title={say(`seats.${verb}`)} lead={t("board.moves", { n: props.chosen.filter((id) => props.letterOf(id) === FROM[verb]).length })} does={move(verb)}>
					{verb === "block" && codes.length > 0 && (
						<p className="field">
							<label>{t("board.code")}
								<select name="code" defaultValue="">
									<option value="">{t("board.code.none")}</option>
									{codes.map((one) => <option key={one.code} value={one.code}>{one.code} · {one.owner}</option>)}
								</select>
							</label>
						</p>
					)}
				</Ask>
			))}
		</p>
	);
}

function Shown({ performance, layout }: { performance: Performance; layout: Layout }) {
	const { t, say } = useTexts();
	const seats = useSeats(performance, layout);
	const { path, query } = usePlace();
	const [drawing, setDrawing] = useState(false);
	const chosen = chosenOf(query.get("seat") ?? "").slice(0, CHOSEN_MAX);
	const choose = (ids: number[]) => goInstead(addressOf(path, { seat: ids.join(".") }));
	const one = chosen.length === 1 ? chosen[0] : undefined;
	const letterOf = (id: number) => String.fromCharCode(seats.states?.letters[id - 1] ?? 0);
	const toggle = (ids: number[], more: boolean) => {
		setDrawing(false);
		choose(more ? [...new Set([...chosen, ...ids])].slice(0, CHOSEN_MAX) : ids);
	};
	return (
		<div className="board-page">
			<SoldNow performance={performance.id} currency={performance.currency} states={seats.states} />
			<div>
				<p className="buttons">
					<button type="button" className="quiet" aria-pressed={drawing} onClick={() => setDrawing(!drawing)}>{t("board.draw")}</button>
					{chosen.length > 0 && <button type="button" className="quiet" onClick={() => choose([])}>{t("board.none")}</button>}
				</p>
				<Hall layout={layout} seats={seats} chosen={chosen} drawing={drawing} choose={toggle} />
			</div>
			<section className="card" aria-label={t("board.chosen")}>
				<form onSubmit={(event) => {
					event.preventDefault();
					choose(chosenOf(textOf(new FormData(event.currentTarget), "seats")));
				}}>
					<Field key={chosen.join()} label={t("board.seats")} name="seats" defaultValue={chosen.join(", ")} autoComplete="off" hint={t("board.hint")} />
					<button className="quiet">{t("filter.do")}</button>
				</form>
				{chosen.length > 0 && <p><SeatNames performance={performance.id} ids={chosen.slice(0, 20)} section={null} />{chosen.length > 20 && " …"}</p>}
				{one !== undefined && <p><b>{say(`letter.${letterOf(one)}`)}</b></p>}
				{one !== undefined && <OwnerOf key={one} performance={performance.id} seat={one} />}
				<Moves performance={performance.id} chosen={chosen} letterOf={letterOf} done={() => choose([])} />
			</section>
		</div>
	);
}

export function Board({ id }: { id: number }) {
	const { t } = useTexts();
	const performance = useRead(`performance ${id}`, () => asMe((token) => api.getPerformance(token, id)));
	const layout = useRead(`layout ${id}`, () => getLayout(id));
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

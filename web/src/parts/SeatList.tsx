// SPDX-License-Identifier: BSD-2-Clause
//
// SeatList - seats without a picture: section, row, seat
//
// A row is one stop of the tabulator; arrows go along it, and up and down to
// its neighbours. Only what can be chosen is there.
//
// Layer: parts.  Uses: state, api (types).
import { useState, type KeyboardEvent } from "react";
import type { Tickets } from "../api/calls";
import { quantityOf } from "../state/picks";
import { priceOf, type Row, type Seating, type SeatingSection } from "../state/seating";
import { priceFor, type TicketType } from "../state/tickets";
import { useTypeName, useWords } from "../state/language";
import { spokenMoney } from "../words/words";
import { Stepper } from "./Stepper";

interface Choosing {
	seating: Seating;
	currency: string;
	isFree(id: number): boolean;
	/** Of the class that was asked for, if one was. */
	fits(id: number): boolean;
	chosen: number[];
	choose(id: number): void;
}

/** Arrows move among the buttons of a grid of rows. */
function move(event: KeyboardEvent<HTMLElement>): void {
	const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
	const row = (event.target as HTMLElement).closest<HTMLElement>("[data-row]");
	if (row === null) return;
	const buttons = [...row.querySelectorAll("button")];
	const at = buttons.indexOf(event.target as HTMLButtonElement);
	let to: HTMLButtonElement | undefined;
	if (step !== undefined) to = buttons[at + step];
	else if (event.key === "Home") to = buttons[0];
	else if (event.key === "End") to = buttons[buttons.length - 1];
	else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
		const rows = [
			...event.currentTarget.querySelectorAll<HTMLElement>("[data-row]"),
		].filter((r) => r.querySelector("button") !== null);
		const next = rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
		const there = [...(next?.querySelectorAll("button") ?? [])];
		to = there[Math.min(at, there.length - 1)];
	} else return;
	event.preventDefault();
	to?.focus();
}

function RowOfSeats(props: Choosing & { row: Row }) {
	const { row, seating, chosen } = props;
	const { t, language } = useWords();
	const typeName = useTypeName();
	const seats = row.seats.filter(
		(seat) =>
			chosen.includes(seat.seat_id) ||
			(props.isFree(seat.seat_id) && props.fits(seat.seat_id)),
	);
	const first =
		seats.find((seat) => chosen.includes(seat.seat_id)) ?? seats[0];
	if (first === undefined) return null;
	return (
		<div className="seat-row" role="row" data-row={row.name}>
			<span role="rowheader">{t("row", { row: row.name })}</span>
			<span className="seat-row-seats" role="presentation">
				{seats.map((seat) => {
					const mine = chosen.includes(seat.seat_id);
					return (
						<span role="gridcell" key={seat.seat_id}>
							<button
								type="button"
								className={`seat-button class-${(seating.classAt.get(seat.price_class) ?? 0) % 8}`}
								tabIndex={seat === first ? 0 : -1}
								aria-pressed={mine}
								aria-label={t(seat.type === "standard" ? "seat.name" : "seat.special", {
									row: seat.row,
									number: seat.number,
									price: spokenMoney(language, priceOf(seating, seat.seat_id), props.currency),
									state: t(mine ? "seat.chosen" : "seat.free"),
									type: typeName(seat.type),
								})}
								onClick={() => props.choose(seat.seat_id)}
							>
								{seat.number}
								{seat.type === "wheelchair" && <sup aria-hidden="true">♿︎</sup>}
								{seat.type === "couple" && <sup aria-hidden="true">♥︎</sup>}
							</button>
						</span>
					);
				})}
			</span>
		</div>
	);
}

function freeIn(section: SeatingSection, choosing: Choosing): number {
	let n = 0;
	for (const row of section.rows)
		for (const seat of row.seats)
			if (choosing.isFree(seat.seat_id) && choosing.fits(seat.seat_id)) n++;
	return n;
}

/** Places that nobody picks one by one. */
export interface Places {
	left: Record<number, number>;
	max: number;
	section: number | undefined;
	types: readonly TicketType[];
	tickets: Tickets;
	take(section: number, tickets: Tickets): void;
}

/** How many places, as each ticket type. */
function Counter(props: { section: SeatingSection; places: Places; left: number; currency: string }) {
	const { section, places } = props;
	const { won } = useWords();
	const { types } = places;
	const tickets = places.section === section.id ? places.tickets : {};
	const room = Math.min(places.max, props.left) - quantityOf(tickets);
	return (
		<div className="counter-types">
			{types.map(({ code, name, max }) => {
				const n = tickets[code] ?? 0;
				const label = types.length > 1 ? `${section.name}, ${name}` : section.name;
				return (
					<div key={code}>
						{types.length > 1 && (
							<span>
								{name} {section.prices !== undefined && <small>{won(priceFor(section.prices, code), props.currency)}</small>}
							</span>
						)}
						<Stepper
							label={label}
							value={n}
							min={0}
							max={Math.min(max ?? Infinity, n + Math.max(0, room))}
							set={(to) => {
								const { [code]: _, ...others } = tickets;
								places.take(section.id, to === 0 ? others : { ...others, [code]: to });
							}}
						/>
					</div>
				);
			})}
		</div>
	);
}

export function SeatList(props: {
	choosing: Choosing;
	/** Where nobody picks; undefined: there are no such sections. */
	places?: Places;
	sections: SeatingSection[];
	open: number | undefined;
	setOpen(section: number | undefined): void;
}) {
	const { choosing, places, sections } = props;
	const { t, won } = useWords();
	return (
		<ul className="sections">
			{sections.map((section) => {
				const picked = section.kind === "assigned";
				const n = picked ? freeIn(section, choosing) : (places?.left[section.id] ?? 0);
				const open = props.open === section.id;
				const head = (
					<>
						<b>{section.name}</b>
						<span>{t("from-price", { price: won(section.price, choosing.currency) })}</span>
						<span className="left">{t("left", { n })}</span>
					</>
				);
				if (!picked)
					return (
						<li key={section.id} className="section counter">
							<div className="section-head">{head}</div>
							{places !== undefined && <Counter section={section} places={places} left={n} currency={choosing.currency} />}
						</li>
					);
				return (
					<li key={section.id} className="section">
						<button type="button" className="section-head" aria-expanded={open} disabled={n === 0 && !open} onClick={() => props.setOpen(open ? undefined : section.id)}>
							{head}
						</button>
						{open && (
							<div className="seat-grid" role="grid" aria-label={section.name} onKeyDown={move}>
								{section.rows.map((row) => (
									<RowOfSeats key={row.name} row={row} {...choosing} />
								))}
							</div>
						)}
					</li>
				);
			})}
		</ul>
	);
}

/** Which sections are there at once: the only one there is. */
export function useOpenSection(sections: SeatingSection[]) {
	const [open, setOpen] = useState<number>();
	const only = sections.length === 1 ? sections[0]?.id : undefined;
	return [open ?? only, (section?: number) => setOpen(section ?? -1)] as const;
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Tickets - the codes of a reservation, one a screen, to be shown at the gate
//
// Layer: pages.  Uses: parts, state, api.
import { useEffect, useState } from "react";
import * as api from "../api/calls";
import { Problem } from "../api/client";
import { Heading } from "../parts/Frame";
import { Notice, Refused } from "../parts/Notice";
import { Waiting } from "../parts/Waiting";
import { announce } from "../state/announce";
import type { Book } from "../state/kept_tickets";
import { useWords } from "../state/language";
import { useLoginFirst } from "../state/login";
import { useRead } from "../state/read";
import { asMe } from "../state/session";
import { readTickets, reissueTickets } from "../state/gate_tickets";

/** An address of some text, for as long as it is shown. */
function useBlob(text: string, type: string): string | undefined {
	const [url, setUrl] = useState<string>();
	useEffect(() => {
		const made = URL.createObjectURL(new Blob([text], { type }));
		setUrl(made);
		return () => URL.revokeObjectURL(made);
	}, [text, type]);
	return url;
}

function Entry(props: { book: Book; at: number }) {
	const { tickets, codes } = props.book;
	const { t } = useWords();
	const one = tickets.tickets[props.at];
	const picture = useBlob(codes[props.at] ?? "", "image/svg+xml");
	if (one === undefined) return null;
	return (
		<li className="gate-ticket">
			<p className="ticket-title">{tickets.title}</p>
			<p>{tickets.local_time}<br />{tickets.venue}, {tickets.hall}</p>
			<img src={picture} width="320" height="320" alt={t("tickets.code", { label: one.label })} />
			<p className="gate-place">{one.label}</p>
			{one.ticket_name !== undefined && <p>{one.ticket_name}</p>}
			{one.needs_proof === true && <p>{t("tickets.proof")}</p>}
			<small>{tickets.number}{codes.length > 1 && ` · ${props.at + 1}/${codes.length}`}</small>
		</li>
	);
}

/** A file that the browser saves. */
function save(text: string, type: string, name: string): void {
	const link = document.createElement("a");
	link.href = URL.createObjectURL(new Blob([text], { type }));
	link.download = name;
	link.click();
	URL.revokeObjectURL(link.href);
}

function Ways({ book, refused }: { book: Book; refused(problem: Problem | undefined): void }) {
	const { t } = useWords();
	const { tickets } = book;
	const keep = async () => {
		refused(undefined);
		try {
			save(await asMe((token) => api.getTicketCalendar(token, book.number)), "text/calendar", `${book.number}.ics`);
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			refused(failure);
		}
	};
	// Who shares tells where he will be, and nothing that opens a door.
	const share = () => void navigator.share({
		text: `${tickets.title}, ${tickets.local_time}, ${tickets.venue}`,
		url: `${location.origin}/performances/${tickets.performance_id}`,
	}).catch(() => undefined);
	return (
		<p className="buttons no-print">
			<button type="button" className="quiet" onClick={() => print()}>{t("tickets.print")}</button>
			<button type="button" className="quiet" onClick={() => void keep()}>{t("tickets.calendar")}</button>
			{"share" in navigator && <button type="button" className="quiet" onClick={share}>{t("tickets.share")}</button>}
		</p>
	);
}

function Anew({ number, changed, refused }: { number: string; changed(book: Book): void; refused(problem: Problem | undefined): void }) {
	const { t } = useWords();
	const [sure, setSure] = useState(false);
	const go = async () => {
		setSure(false);
		refused(undefined);
		try {
			changed(await reissueTickets(number));
			announce(t("tickets.reissued"));
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			refused(failure);
		}
	};
	return (
		<section className="card no-print">
			<h2>{t("tickets.lost")}</h2>
			{!sure && <button type="button" className="quiet" onClick={() => setSure(true)}>{t("tickets.reissue")}</button>}
			{sure && (
				<div role="alertdialog" aria-label={t("tickets.reissue")} className="buttons">
					<p>{t("tickets.reissue.sure")}</p>
					<button type="button" className="button" autoFocus onClick={() => void go()}>{t("tickets.reissue.do")}</button>
					<button type="button" className="quiet" onClick={() => setSure(false)}>{t("tickets.reissue.keep")}</button>
				</div>
			)}
		</section>
	);
}

export function Tickets({ number }: { number: string }) {
	const { t } = useWords();
	const read = useRead(`tickets ${number}`, () => readTickets(number));
	const [problem, setProblem] = useState<Problem>();
	useLoginFirst(read.failure);
	const book = read.data;
	if (book === undefined)
		return read.failure === undefined ? <Waiting /> : <Refused problem={read.failure} again={() => void read.again()} />;
	return (
		<div className="narrow tickets">
			<Heading aside={<p className="lead no-print">{t("tickets.lead")}</p>}>{t("tickets.title")}</Heading>
			{book.kept && <Notice>{t("tickets.kept")}</Notice>}
			{book.codes.length === 0 && <Notice>{t("tickets.none")}</Notice>}
			<Refused problem={problem} />
			<ol className="gate-tickets" tabIndex={0} aria-label={t("tickets.title")}>
				{book.codes.map((_, at) => <Entry key={book.tickets.tickets[at]?.id} book={book} at={at} />)}
			</ol>
			{book.codes.length > 0 && <Ways book={book} refused={setProblem} />}
			{book.codes.length > 0 && !book.kept && <Anew number={number} changed={read.put} refused={setProblem} />}
		</div>
	);
}

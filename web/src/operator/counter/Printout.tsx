// SPDX-License-Identifier: BSD-2-Clause
//
// Printout - tickets are looked at and printed; that they were asked for is
// written down by the server
//
// Layer: operator.  Uses: parts, state.
import { useEffect, useRef, useState } from "react";
import { Problem } from "../../api/client";
import { Notice } from "../../parts/Notice";
import { textOf } from "../../state/form";
import { asMe } from "../../state/session";
import { keep, recall } from "../../state/store";
import * as api from "../calls";
import { Ask, whyOf } from "../parts/Ask";
import { optionsOf, Select } from "../parts/Select";
import { useTexts } from "../words/words";
import { fill } from "./printed";

const PAPERS = ["a4", "80mm"];

export function Printout({ html, close }: { html: string; close(): void }) {
	const { t } = useTexts();
	const dialog = useRef<HTMLDialogElement>(null);
	const frame = useRef<HTMLIFrameElement>(null);
	const show = () => frame.current !== null && fill(frame.current, html);
	useEffect(() => {
		dialog.current?.showModal();
		show();
	}, []);
	return (
		<dialog ref={dialog} className="printout" aria-label={t("print.title")} onClose={close}>
			<h2>{t("print.title")}</h2>
			<iframe ref={frame} title={t("print.title")} onLoad={show} />
			<p className="buttons">
				<button type="button" className="button" autoFocus onClick={() => frame.current?.contentWindow?.print()}>{t("print.do")}</button>
				<button type="button" className="quiet" onClick={() => dialog.current?.close()}>{t("print.close")}</button>
			</p>
		</dialog>
	);
}

function Paper() {
	const { t, say } = useTexts();
	return <Select label={t("print.paper")} name="paper" defaultValue={recall("paper", "80mm")} options={optionsOf(PAPERS, (paper) => say(`paper.${paper}`))} />;
}

/** On which paper; the next time on the same. */
function paperOf(form: FormData): api.Paper {
	const paper = textOf(form, "paper") as api.Paper;
	keep("paper", paper);
	return paper;
}

/** The tickets of a sale; again only for a reason. show: its list is read again
 * behind the printout, which so is not of its row. */
export function PrintSale(props: { sale: { number: string; prints: number }; show(html: string): void; done(): Promise<void> }) {
	const { sale, show, done } = props;
	const { t } = useTexts();
	const isAgain = sale.prints > 0;
	const print = async (form: FormData) => {
		try {
			const body = { paper: paperOf(form), ...(isAgain && { reason: whyOf(form) }) };
			show(await asMe((token) => api.printCounterSale(token, sale.number, body)));
		} finally {
			// Somebody else may have printed it: then there is a field for the reason.
			await done();
		}
	};
	return <Ask title={isAgain ? t("print.again") : t("print.do")} lead={isAgain ? t("print.before", { n: sale.prints }) : sale.number} why={isAgain} does={print}><Paper /></Ask>;
}

/** Those of the next sales that are kept for a name. */
export function PrintNamed({ performance, done }: { performance: number; done(): Promise<void> }) {
	const { t } = useTexts();
	const [html, show] = useState<string>();
	const [isNone, setNone] = useState(false);
	const print = async (form: FormData) => {
		setNone(false);
		try {
			const body = { performance_id: performance, paper: paperOf(form) };
			show(await asMe((token) => api.printNamedSales(token, body)));
			await done();
		} catch (failure) {
			if (!(failure instanceof Problem) || failure.slug !== "not-found") throw failure;
			setNone(true);
		}
	};
	return (
		<>
			<Ask title={t("print.named")} lead={t("print.named.lead")} why={false} does={print}><Paper /></Ask>
			{isNone && <Notice>{t("print.named.none")}</Notice>}
			{html !== undefined && <Printout html={html} close={() => show(undefined)} />}
		</>
	);
}

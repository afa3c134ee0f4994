// SPDX-License-Identifier: BSD-2-Clause
//
// Ask - what changes something is asked for once more: what it does, why, and
// where it hurts a word that has to be typed
//
// Layer: operator.  Uses: parts, state.
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Field } from "../../parts/Field";
import { announce } from "../../state/announce";
import { textOf, useForm } from "../../state/form";
import { asMe } from "../../state/session";
import { proveMe } from "../calls";
import { useTexts } from "../words/words";
import { Refusal } from "./Refusal";

interface Asked {
	title: string;
	/** What becomes of it. */
	lead?: ReactNode;
	/** Has to be typed, letter by letter. */
	typed?: string;
	/** Without a reason there is none in the audit log. */
	why?: boolean;
	/** More that is asked for. */
	children?: ReactNode;
	/** false: what is there does not do yet, and is shown on. */
	does(form: FormData): Promise<unknown>;
	/** Told to who does not see it. */
	done?: string;
}

/** A reason, as the audit log keeps it. */
export const whyOf = (form: FormData): string => textOf(form, "reason").trim();

function Dialog(props: Asked & { close(): void }) {
	const { t } = useTexts();
	const dialog = useRef<HTMLDialogElement>(null);
	const [typed, type] = useState("");
	const form = useForm(async (data) => {
		const password = textOf(data, "password");
		if (password !== "") await asMe((token) => proveMe(token, password));
		if ((await props.does(data)) === false) return;
		announce(props.done ?? t("ask.done", { what: props.title }));
		props.close();
	});
	// Once asked for, until this is done.
	const isAsked = useRef(false);
	if (form.problem?.slug === "password-required") isAsked.current = true;
	useEffect(() => dialog.current?.showModal(), []);
	return (
		<dialog ref={dialog} aria-label={props.title} onClose={props.close}>
			<form className="form" onSubmit={form.onSubmit}>
				<h2>{props.title}</h2>
				{props.lead !== undefined && <div className="lead">{props.lead}</div>}
				<Refusal problem={form.problem} />
				{props.children}
				{isAsked.current && <Field label={t("ask.password")} name="password" type="password" required maxLength={256} autoComplete="current-password" autoFocus />}
				{props.why !== false && <Field label={t("ask.why")} name="reason" required maxLength={500} autoComplete="off" hint={t("ask.why.hint")} />}
				{props.typed !== undefined && <Field label={t("ask.typed", { word: props.typed })} name="typed" required autoComplete="off" autoCapitalize="none" spellCheck={false} onInput={(event) => type(event.currentTarget.value)} />}
				<p className="buttons">
					<button className="button" disabled={form.busy || (props.typed !== undefined && typed.trim() !== props.typed)}>{props.title}</button>
					<button type="button" className="quiet" onClick={() => dialog.current?.close()}>{t("ask.not")}</button>
				</p>
			</form>
		</dialog>
	);
}

/** A button that asks before it does something. */
export function Ask(props: Asked & { label?: string; disabled?: boolean }) {
	const [open, setOpen] = useState(false);
	const button = useRef<HTMLButtonElement>(null);
	const close = () => {
		setOpen(false);
		button.current?.focus();
	};
	return (
		<>
			<button type="button" className="quiet" ref={button} disabled={props.disabled} onClick={() => setOpen(true)}>{props.label ?? props.title}</button>
			{open && <Dialog {...props} close={close} />}
		</>
	);
}

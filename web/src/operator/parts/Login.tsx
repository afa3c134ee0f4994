// SPDX-License-Identifier: BSD-2-Clause
//
// Login - who one is, in the place of the page that asks
//
// Layer: operator.  Uses: parts, state.
import { useRef } from "react";
import { Field } from "../../parts/Field";
import { Heading } from "../../parts/Frame";
import { Notice, Refused } from "../../parts/Notice";
import { textOf, useForm } from "../../state/form";
import { logIn } from "../../state/session";
import { useTexts } from "../words/words";

export function Login() {
	const { t, b } = useTexts();
	// Whether a code was said the last time.
	const isSaid = useRef(false);
	const form = useForm((data) => {
		const code = textOf(data, "totp").trim();
		isSaid.current = code !== "";
		return logIn(textOf(data, "login_id"), textOf(data, "password"), code);
	});
	const wantsCode = form.problem?.slug === "totp-needed";
	// Once asked for, until one is in.
	const isAsked = useRef(false);
	if (wantsCode) isAsked.current = true;
	return (
		<div className="narrow">
			<Heading aside={<p className="lead">{t("login.lead")}</p>}>{b("login.title")}</Heading>
			<form className="card form" onSubmit={form.onSubmit}>
				{!wantsCode ? <Refused problem={form.problem} />
					: isSaid.current ? <Notice kind="bad">{t("login.code.wrong")}</Notice>
					: <Notice>{t("login.code.lead")}</Notice>}
				<Field label={b("login.id")} name="login_id" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus required maxLength={64} />
				<Field label={b("login.password")} name="password" type="password" autoComplete="current-password" required maxLength={256} />
				{isAsked.current && <Field label={t("login.code")} name="totp" autoComplete="one-time-code" inputMode="text" spellCheck={false} autoFocus required maxLength={32} hint={t("login.code.hint")} />}
				<button className="button" disabled={form.busy}>{b("login.do")}</button>
			</form>
		</div>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Login - who one is, in the place of the page that asks
//
// Layer: operator.  Uses: parts, state.
import { useRef, useState } from "react";
import { Field } from "../../parts/Field";
import { Heading } from "../../parts/Frame";
import { Notice, Refused } from "../../parts/Notice";
import { textOf, useForm } from "../../state/form";
import { logIn } from "../../state/session";
import { useTexts } from "../words/words";

export function Login() {
	const { t, b } = useTexts();
	const [name, setName] = useState("");
	// The last time: who, and whether he said a code.
	const last = useRef({ name: "", isSaid: false });
	const form = useForm((data) => {
		const [login, code] = [textOf(data, "login_id"), textOf(data, "totp").trim()];
		last.current = { name: login, isSaid: code !== "" };
		setName(login);
		return logIn(login, textOf(data, "password"), code);
	});
	const isRefused = form.problem?.slug === "totp-needed";
	// Whose code was asked for; another account may have none.
	const whose = useRef<string>(undefined);
	if (isRefused) whose.current = last.current.name;
	const wantsCode = whose.current === name;
	return (
		<div className="narrow">
			<Heading aside={<p className="lead">{t("login.lead")}</p>}>{b("login.title")}</Heading>
			<form className="card form" onSubmit={form.onSubmit}>
				{!isRefused ? <Refused problem={form.problem} />
					: !wantsCode ? null
					: last.current.isSaid ? <Notice kind="bad">{t("login.code.wrong")}</Notice>
					: <Notice>{t("login.code.lead")}</Notice>}
				<Field label={b("login.id")} name="login_id" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus required maxLength={64} onInput={(event) => setName(event.currentTarget.value)} />
				<Field label={b("login.password")} name="password" type="password" autoComplete="current-password" required maxLength={256} />
				{wantsCode && <Field label={t("login.code")} name="totp" autoComplete="one-time-code" inputMode="text" spellCheck={false} autoFocus required maxLength={32} hint={t("login.code.hint")} />}
				<button className="button" disabled={form.busy}>{b("login.do")}</button>
			</form>
		</div>
	);
}

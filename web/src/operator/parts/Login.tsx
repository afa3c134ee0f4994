// SPDX-License-Identifier: BSD-2-Clause
//
// Login - who one is, in the place of the page that asks
//
// Layer: operator.  Uses: parts, state.
import { Field } from "../../parts/Field";
import { Heading } from "../../parts/Frame";
import { Refused } from "../../parts/Notice";
import { textOf, useForm } from "../../state/form";
import { logIn } from "../../state/session";
import { useTexts } from "../words/words";

export function Login() {
	const { t, b } = useTexts();
	const form = useForm((data) => logIn(textOf(data, "login_id"), textOf(data, "password")));
	return (
		<div className="narrow">
			<Heading aside={<p className="lead">{t("login.lead")}</p>}>{b("login.title")}</Heading>
			<form className="card form" onSubmit={form.onSubmit}>
				<Refused problem={form.problem} />
				<Field label={b("login.id")} name="login_id" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus required maxLength={64} />
				<Field label={b("login.password")} name="password" type="password" autoComplete="current-password" required maxLength={256} />
				<button className="button" disabled={form.busy}>{b("login.do")}</button>
			</form>
		</div>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Login, Signup - who one is, asked when it is needed
//
// Layer: pages.  Uses: parts, state, api.
import * as api from "../api/calls";
import { Field } from "../parts/Field";
import { Heading } from "../parts/Frame";
import { Link } from "../parts/Link";
import { Refused } from "../parts/Notice";
import { textOf as text, useForm } from "../state/form";
import { useWords } from "../state/language";
import { goInstead, nextPlace, usePlace } from "../state/route";
import { logIn } from "../state/session";

export function Login() {
	const { t } = useWords();
	const query = usePlace((place) => place.query);
	const next = nextPlace(query);
	const form = useForm(async (data) => {
		await logIn(text(data, "login_id"), text(data, "password"));
		goInstead(next);
	});
	return (
		<div className="narrow">
			<Heading>{t("login.title")}</Heading>
			{next.startsWith("/performances/") && <p className="lead">{t("login.lead")}</p>}
			<form className="card form" onSubmit={form.onSubmit}>
				<Refused problem={form.problem} />
				<Field label={t("login.id")} name="login_id" autoComplete="username" autoCapitalize="none" spellCheck={false} required maxLength={64} />
				<Field label={t("login.password")} name="password" type="password" autoComplete="current-password" required maxLength={256} />
				<button className="button" disabled={form.busy}>{t("login.do")}</button>
			</form>
			<p><Link href={`/signup?next=${encodeURIComponent(next)}`}>{t("login.signup")}</Link></p>
		</div>
	);
}

export function Signup() {
	const { t } = useWords();
	const next = nextPlace(usePlace((place) => place.query));
	const form = useForm(async (data) => {
		const login_id = text(data, "login_id");
		const password = text(data, "password");
		await api.signup({ login_id, password, name: text(data, "name"), email: text(data, "email") });
		await logIn(login_id, password);
		goInstead(next);
	});
	const wrong = (name: string) =>
		form.problem?.document.field === name ? t("field.wrong") : undefined;
	return (
		<div className="narrow">
			<Heading>{t("signup.title")}</Heading>
			<form className="card form" onSubmit={form.onSubmit}>
				{form.problem?.document.field === undefined && <Refused problem={form.problem} />}
				<Field label={t("login.id")} name="login_id" hint={t("signup.id.hint")} wrong={wrong("login_id")} autoComplete="username" autoCapitalize="none" spellCheck={false} required minLength={3} maxLength={64} />
				<Field label={t("login.password")} name="password" type="password" hint={t("signup.password.hint")} wrong={wrong("password")} autoComplete="new-password" required minLength={8} maxLength={256} />
				<Field label={t("signup.name")} name="name" wrong={wrong("name")} autoComplete="name" required maxLength={100} />
				<Field label={t("signup.email")} name="email" type="email" wrong={wrong("email")} autoComplete="email" required maxLength={254} />
				<button className="button" disabled={form.busy}>{t("signup.do")}</button>
			</form>
			<p><Link href={`/login?next=${encodeURIComponent(next)}`}>{t("signup.login")}</Link></p>
		</div>
	);
}

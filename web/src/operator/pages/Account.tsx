// SPDX-License-Identifier: BSD-2-Clause
//
// Account - one's own second factor: set up, and turned off again
//
// A secret and recovery codes are shown once, and are nowhere else.
//
// Layer: operator.  Uses: parts, state, api.
import { useState } from "react";
import { Problem } from "../../api/client";
import { Field } from "../../parts/Field";
import { Heading } from "../../parts/Frame";
import { Notice } from "../../parts/Notice";
import { textOf, useForm } from "../../state/form";
import { asMe, enterAnew, useSession, whoAmI } from "../../state/session";
import * as api from "../calls";
import { Ask } from "../parts/Ask";
import { Kept } from "../parts/Kept";
import { Part } from "../parts/Part";
import { Refusal } from "../parts/Refusal";
import { lacksFactor } from "../role";
import { useTexts } from "../words/words";

function Code({ isWrong, hint }: { isWrong: boolean; hint: string }) {
	const { t } = useTexts();
	return <Field label={t("login.code")} name="code" required maxLength={32} autoComplete="one-time-code" spellCheck={false} hint={hint} wrong={isWrong ? t("login.code.wrong") : undefined} />;
}

const codeOf = (form: FormData): string => textOf(form, "code").trim();
const isOfCode = (problem: Problem | undefined): boolean => problem?.document.field === "code";

/** Asks. returns: false where that was so already: an answer was lost, or another
 * window was faster */
async function asked(already: string, ask: () => Promise<void>): Promise<boolean> {
	try {
		await ask();
		return true;
	} catch (failure) {
		if (!(failure instanceof Problem) || failure.slug !== already) throw failure;
		return false;
	}
}

function SetUp(props: { secret: api.TotpSecret; done(recovery: string[]): void; leave(): void }) {
	const { t } = useTexts();
	const { secret, uri } = props.secret;
	const form = useForm(async (data) => {
		const isMine = await asked("not-found", async () =>
			props.done((await asMe((token) => api.confirmTotp(token, codeOf(data)))).recovery_codes));
		if (!isMine) props.leave();
		await enterAnew();
	});
	const isWrong = isOfCode(form.problem);
	return (
		<Part title={t("factor.app")}>
			<p>{t("factor.app.lead")}</p>
			<p><code className="secret">{secret.match(/.{1,4}/g)?.join(" ")}</code></p>
			<p><a href={uri}>{t("factor.link")}</a></p>
			<form className="form" onSubmit={form.onSubmit}>
				{!isWrong && <Refusal problem={form.problem} />}
				<Code isWrong={isWrong} hint={t("factor.code")} />
				<p className="buttons">
					<button className="button" disabled={form.busy}>{t("factor.confirm")}</button>
					<button type="button" className="quiet" onClick={props.leave}>{t("ask.not")}</button>
				</p>
			</form>
		</Part>
	);
}

function Recovery({ codes, kept }: { codes: string[]; kept(): void }) {
	const { t } = useTexts();
	return (
		<Part title={t("factor.codes")}>
			<p>{t("factor.codes.lead")}</p>
			<ul className="plain recovery">{codes.map((code) => <li key={code}><code>{code}</code></li>)}</ul>
			<Kept text={codes.join("\n")} kept={kept} />
		</Part>
	);
}

function TurnOff() {
	const { t } = useTexts();
	const [isWrong, setWrong] = useState(false);
	const drop = async (form: FormData) => {
		setWrong(false);
		try {
			await asked("not-found", () => asMe((token) => api.dropTotp(token, codeOf(form))));
		} catch (failure) {
			if (!(failure instanceof Problem) || !isOfCode(failure)) throw failure;
			setWrong(true);
			return false;
		}
		await whoAmI();
		return true;
	};
	return <Ask title={t("factor.drop")} lead={t("factor.drop.lead")} why={false} does={drop}><Code isWrong={isWrong} hint={t("login.code.hint")} /></Ask>;
}

function Factor({ begun }: { begun(secret: api.TotpSecret): void }) {
	const { t } = useTexts();
	const user = useSession((state) => state.user);
	const isOn = user?.totp === "on";
	const begin = async () => {
		const isMine = await asked("in-use", async () => begun(await asMe(api.beginTotp)));
		if (!isMine) await whoAmI();
	};
	return (
		<section aria-label={t("factor.title")}>
			<h2>{t("factor.title")}</h2>
			{lacksFactor(user) && <Notice>{t("factor.needed")}</Notice>}
			<p>{isOn ? t("factor.on") : t("factor.off")}</p>
			<p className="buttons">{isOn ? <TurnOff /> : <Ask title={t("factor.begin")} lead={t("factor.begin.lead")} why={false} does={begin} />}</p>
		</section>
	);
}

export function Account() {
	const { t } = useTexts();
	const user = useSession((state) => state.user);
	const [secret, setSecret] = useState<api.TotpSecret>();
	const [codes, setCodes] = useState<string[]>();
	const isOver = () => {
		setSecret(undefined);
		setCodes(undefined);
	};
	return (
		<div className="narrow">
			<Heading aside={user && <p className="lead">{user.name} · {user.login_id}</p>}>{t("nav.account")}</Heading>
			{codes !== undefined ? <Recovery codes={codes} kept={isOver} />
				: secret !== undefined ? <SetUp secret={secret} done={setCodes} leave={isOver} />
				: <Factor begun={setSecret} />}
		</div>
	);
}

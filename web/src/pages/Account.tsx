// SPDX-License-Identifier: BSD-2-Clause
//
// Account, Wallet - who one is, and what one has
//
// Layer: pages.  Uses: parts, state, api.
import { useState, type FormEvent } from "react";
import * as api from "../api/calls";
import { Problem } from "../api/client";
import { Field } from "../parts/Field";
import { Heading } from "../parts/Frame";
import { Link } from "../parts/Link";
import { Notice, Refused } from "../parts/Notice";
import { Waiting } from "../parts/Waiting";
import { basketForgets } from "../state/basket";
import { useWords } from "../state/language";
import { useLoginFirst } from "../state/login";
import { useMore } from "../state/more";
import { useRead } from "../state/read";
import { go } from "../state/route";
import { asMe, logOut, useSession } from "../state/session";
import { moment } from "../words/words";

export function Wallet() {
	const { t, language, won } = useWords();
	const wallet = useRead("wallet", () => asMe(api.wallet));
	const first = useRead("wallet entries", () => asMe(api.walletEntries));
	const list = useMore(first, (cursor) => asMe((token) => api.walletEntries(token, cursor)));
	useLoginFirst(wallet.failure);
	const currency = wallet.data?.currency ?? "KRW";
	const entries = list.items;
	return (
		<div className="narrow">
			<Heading>{t("wallet.title")}</Heading>
			<Refused problem={wallet.failure ?? first.failure} again={() => { void wallet.again(); void first.again(); }} />
			{wallet.data === undefined ? (wallet.failure === undefined && <Waiting />) : (
				<p className="balance"><span>{t("wallet.balance")}</span><strong>{won(wallet.data.balance, currency)}</strong></p>
			)}
			<h2>{t("wallet.entries")}</h2>
			{first.data !== undefined && entries.length === 0 && <Notice>{t("wallet.none")}</Notice>}
			<ul className="entries">
				{entries.map((entry) => (
					<li key={entry.id}>
						<span>
							{t(`wallet.${entry.reason}`)}
							{entry.reservation_number !== undefined && <> · <Link href={`/reservations/${entry.reservation_number}`}>{entry.reservation_number}</Link></>}
							<small>{moment(language, entry.at)}</small>
						</span>
						<b className={entry.amount < 0 ? "out" : "in"}>{entry.amount > 0 ? "+" : ""}{won(entry.amount, currency)}</b>
					</li>
				))}
			</ul>
			<Refused problem={list.failure} />
			{list.showMore && <button type="button" className="quiet" onClick={list.showMore}>{t("show-more")}</button>}
		</div>
	);
}

function Password() {
	const { t } = useWords();
	const [problem, setProblem] = useState<Problem>();
	const [done, setDone] = useState(false);
	const change = async (event: FormEvent<HTMLFormElement>) => {
		event.preventDefault();
		const form = event.currentTarget;
		const data = new FormData(form);
		setProblem(undefined);
		setDone(false);
		try {
			await asMe((token) => api.changePassword(token, String(data.get("old")), String(data.get("new"))));
			form.reset();
			setDone(true);
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			setProblem(failure);
		}
	};
	const wrong = problem?.document.field;
	return (
		<form className="card form" onSubmit={(event) => void change(event)}>
			<h2>{t("account.password")}</h2>
			{wrong === undefined && <Refused problem={problem} />}
			{done && <Notice kind="good">{t("account.password.done")}</Notice>}
			<Field label={t("account.password.old")} name="old" type="password" autoComplete="current-password" required wrong={wrong === "old" ? t("field.wrong") : undefined} />
			<Field label={t("account.password.new")} name="new" type="password" autoComplete="new-password" required minLength={8} maxLength={256} hint={t("signup.password.hint")} wrong={wrong === "new" ? t("field.wrong") : undefined} />
			<button className="button">{t("account.password.do")}</button>
		</form>
	);
}

function Sessions() {
	const { t, language } = useWords();
	const list = useRead("sessions", () => asMe(api.listSessions));
	useLoginFirst(list.failure);
	const [problem, setProblem] = useState<Problem>();
	const end = async (id: number) => {
		setProblem(undefined);
		try {
			await asMe((token) => api.endSession(token, id));
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			setProblem(failure);
		}
		await list.again();
	};
	return (
		<section className="card">
			<h2>{t("account.sessions")}</h2>
			<Refused problem={problem ?? list.failure} />
			<ul className="entries">
				{list.data?.items.map((session) => (
					<li key={session.id}>
						<span>{t("account.session", { time: moment(language, session.created_at) })}<small>{t("account.session.used", { time: moment(language, session.last_used_at) })}</small></span>
						{session.current ? <b>{t("account.session.current")}</b> : <button type="button" className="quiet" onClick={() => void end(session.id)}>{t("account.session.end")}</button>}
					</li>
				))}
			</ul>
		</section>
	);
}

/** One switch, and the language that the page is in when it is set. */
function Notices() {
	const { t, language } = useWords();
	const wish = useRead("notices", () => asMe(api.notices));
	useLoginFirst(wish.failure);
	const [problem, setProblem] = useState<Problem>();
	const change = async (mail: boolean) => {
		setProblem(undefined);
		try {
			await asMe((token) => api.setNotices(token, { mail, language }));
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			setProblem(failure);
		}
		await wish.again();
	};
	return (
		<section className="card">
			<h2>{t("account.notices")}</h2>
			<Refused problem={problem ?? wish.failure} />
			{wish.data !== undefined && (
				<label className="agree">
					<input type="checkbox" checked={wish.data.mail} onChange={(event) => void change(event.currentTarget.checked)} />
					{t("account.notices.mail")}
				</label>
			)}
		</section>
	);
}

export function Account() {
	const { t } = useWords();
	const user = useSession((state) => state.user);
	const [problem, setProblem] = useState<Problem>();
	const leave = async () => {
		try {
			await logOut();
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			return setProblem(failure);
		}
		basketForgets();
		go("/");
	};
	return (
		<div className="narrow">
			<Heading aside={user && <p className="lead">{user.name} · {user.login_id}</p>}>{t("account.title")}</Heading>
			<p className="buttons">
				<Link className="quiet" href="/wallet">{t("account.wallet")}</Link>
				<Link className="quiet" href="/reservations">{t("nav.reservations")}</Link>
				<button type="button" className="quiet" onClick={() => void leave()}>{t("account.logout")}</button>
			</p>
			<Refused problem={problem} />
			<Notices />
			<Password />
			<Sessions />
		</div>
	);
}

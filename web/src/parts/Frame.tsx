// SPDX-License-Identifier: BSD-2-Clause
//
// Frame - what is around every page: where one can go, and the live region
//
// Layer: parts.  Uses: state.
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useAnnounced } from "../state/announce";
import { useBasket } from "../state/basket";
import { useSecondsLeft } from "../state/clock";
import { useLanguage, useWords } from "../state/language";
import { usePlace } from "../state/route";
import { useSession } from "../state/session";
import { countdown } from "../words/words";
import { Link } from "./Link";

function BasketLink() {
	const { t } = useWords();
	const first = useBasket((state) => state.held[0]);
	const left = useSecondsLeft(first?.untilMs ?? 0);
	if (first === undefined || left <= 0) return null;
	return (
		<Link className="basket-link" href={`/performances/${first.performance}/basket`}>
			{t("nav.basket")} <span className="clock">{countdown(left)}</span>
		</Link>
	);
}

export function Languages() {
	const { language, choose } = useLanguage();
	return (
		<div className="languages">
			<button type="button" lang="ko" aria-pressed={language === "ko"} onClick={() => choose("ko")}>
				한국어
			</button>
			<button type="button" lang="en" aria-pressed={language === "en"} onClick={() => choose("en")}>
				English
			</button>
		</div>
	);
}

function Here(props: { href: string; children: ReactNode }) {
	const path = usePlace((place) => place.path);
	return (
		<Link href={props.href} aria-current={path === props.href ? "page" : undefined}>
			{props.children}
		</Link>
	);
}

function Nav() {
	const { t } = useWords();
	const who = useSession((state) => state.who);
	return (
		<nav aria-label={t("nav.label")}>
			<Here href="/">{t("nav.shows")}</Here>
			<Here href="/timetable">{t("nav.timetable")}</Here>
			{who === "nobody" ? (
				<Here href="/login">{t("nav.login")}</Here>
			) : (
				<>
					<Here href="/reservations">{t("nav.reservations")}</Here>
					<Here href="/account">{t("nav.account")}</Here>
				</>
			)}
		</nav>
	);
}

function Offline() {
	const { t } = useWords();
	const [away, setAway] = useState(!navigator.onLine);
	useEffect(() => {
		const look = () => setAway(!navigator.onLine);
		addEventListener("online", look);
		addEventListener("offline", look);
		return () => {
			removeEventListener("online", look);
			removeEventListener("offline", look);
		};
	}, []);
	return away ? <p className="offline" role="status">{t("offline")}</p> : null;
}

export function Frame({ children }: { children: ReactNode }) {
	const { t } = useWords();
	const said = useAnnounced((state) => state.text);
	const step = usePlace((place) => place.step);
	const main = useRef<HTMLElement>(null);
	// A new page is where reading goes on.
	useEffect(() => {
		if (step > 0) main.current?.focus({ preventScroll: true });
	}, [step]);
	return (
		<>
			<a className="skip" href="#main">{t("skip")}</a>
			<header className="head">
				<Link className="brand" href="/">
					<svg viewBox="0 0 32 32" aria-hidden="true"><path d="M3 9h26v5a2.5 2.5 0 0 0 0 5v5H3v-5a2.5 2.5 0 0 0 0-5z" /><path className="tear" d="M20 10.5v11" /></svg>
					boxoffice
				</Link>
				<BasketLink />
				<Nav />
			</header>
			<Offline />
			<main id="main" tabIndex={-1} ref={main}>{children}</main>
			<footer className="foot">
				<Languages />
				<p>{t("foot")}</p>
			</footer>
			<div className="hidden" aria-live="polite" role="status">{said}</div>
		</>
	);
}

/** The browser's title, as long as this is shown. */
export function useTitle(text: string): void {
	useEffect(() => {
		document.title = `${text} · boxoffice`;
	}, [text]);
}

/** The page's one heading, and the browser's title where it has no other. */
export function Heading(props: { children: string; title?: string | undefined; aside?: ReactNode }) {
	const { children: text } = props;
	useTitle(props.title ?? text);
	return (
		<div className="heading">
			<h1>{text}</h1>
			{props.aside}
		</div>
	);
}

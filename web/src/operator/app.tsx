// SPDX-License-Identifier: BSD-2-Clause
//
// app - THE table of the operators' pages: an address, what is there, and whom
// it lets in
//
// Everything is below /operator; the web servers know no more of it than that.
import { useEffect, type ReactNode } from "react";
import { Safe } from "../parts/Safe";
import { usePlace } from "../state/route";
import { whoAmI } from "../state/session";
import { Account } from "./pages/Account";
import { Alarms } from "./pages/Alarms";
import { Board } from "./pages/Board";
import { Counter, CounterSales } from "./pages/Counter";
import { Exports } from "./pages/Exports";
import { Hall } from "./pages/Hall";
import { Halls } from "./pages/Halls";
import { DeadLetterPage, DeadLetters } from "./pages/Letters";
import { LinePage } from "./pages/Line";
import { AuditLog, ClientLogs } from "./pages/Logs";
import { Missing } from "./pages/Missing";
import { PaymentPage, Payments } from "./pages/Payments";
import { PerformancePage, Performances } from "./pages/Performances";
import { Prints } from "./pages/Prints";
import { PerformanceChange, PutOn } from "./pages/PutOn";
import { ReservationPage, Reservations } from "./pages/Reservations";
import { ShowPage, Shows } from "./pages/Shows";
import { Statistics } from "./pages/Statistics";
import { TillPage, Tills } from "./pages/Tills";
import { Today } from "./pages/Today";
import { UserPage, Users } from "./pages/Users";
import { DeliveryPage, WebhookPage, Webhooks } from "./pages/Webhooks";
import { Door } from "./parts/Door";
import { Frame, type NavItem } from "./parts/Frame";
import type { Audience } from "./role";

interface Page {
	at: RegExp;
	show(...words: string[]): ReactNode;
	/** Who sees it; administrators see everything. */
	who: Audience;
	/** Its place among the links; what is below another has none. */
	nav?: Omit<NavItem, "who">;
}

const pages: Page[] = [
	{ at: /^\/operator$/, show: () => <Today />, who: "STAFF", nav: { href: "/operator", word: "nav.today", key: "t" } },
	{ at: /^\/operator\/counter(?:\/(\d+|close))?$/, show: (what = "") => <Counter what={what} />, who: "STAFF", nav: { href: "/operator/counter", word: "nav.counter", key: "c" } },
	{ at: /^\/operator\/counter\/sales$/, show: () => <CounterSales />, who: "STAFF" },
	{ at: /^\/operator\/counter\/prints$/, show: () => <Prints />, who: "STAFF" },
	{ at: /^\/operator\/counter\/tills$/, show: () => <Tills />, who: "STAFF" },
	{ at: /^\/operator\/counter\/tills\/(\d+)$/, show: (id) => <TillPage id={Number(id)} />, who: "STAFF" },
	{ at: /^\/operator\/reservations$/, show: () => <Reservations />, who: "STAFF", nav: { href: "/operator/reservations", word: "nav.reservations", key: "r" } },
	{ at: /^\/operator\/reservations\/([0-9A-Z-]+)$/, show: (number = "") => <ReservationPage number={number} />, who: "STAFF" },
	{ at: /^\/operator\/payments$/, show: () => <Payments />, who: "STAFF", nav: { href: "/operator/payments", word: "nav.payments", key: "p" } },
	{ at: /^\/operator\/payments\/(\d+)$/, show: (id) => <PaymentPage id={Number(id)} />, who: "STAFF" },
	{ at: /^\/operator\/alarms$/, show: () => <Alarms />, who: "STAFF", nav: { href: "/operator/alarms", word: "nav.alarms", key: "a" } },
	{ at: /^\/operator\/shows$/, show: () => <Shows />, who: "ADMIN", nav: { href: "/operator/shows", word: "nav.shows", key: "w" } },
	{ at: /^\/operator\/shows\/(\d+)$/, show: (id) => <ShowPage id={Number(id)} />, who: "ADMIN" },
	{ at: /^\/operator\/performances$/, show: () => <Performances />, who: "STAFF", nav: { href: "/operator/performances", word: "nav.performances", key: "f" } },
	{ at: /^\/operator\/performances\/(\d+)$/, show: (id) => <PerformancePage id={Number(id)} />, who: "STAFF" },
	{ at: /^\/operator\/performances\/new$/, show: () => <PutOn />, who: "ADMIN" },
	{ at: /^\/operator\/performances\/(\d+)\/change$/, show: (id) => <PerformanceChange id={Number(id)} />, who: "ADMIN" },
	{ at: /^\/operator\/performances\/(\d+)\/board$/, show: (id) => <Board id={Number(id)} />, who: "STAFF" },
	{ at: /^\/operator\/performances\/(\d+)\/line$/, show: (id) => <LinePage id={Number(id)} />, who: "STAFF" },
	{ at: /^\/operator\/halls$/, show: () => <Halls />, who: "ADMIN", nav: { href: "/operator/halls", word: "nav.halls", key: "h" } },
	{ at: /^\/operator\/halls\/(\d+)$/, show: (id) => <Hall id={Number(id)} />, who: "ADMIN" },
	{ at: /^\/operator\/halls\/(\d+)\/revisions\/(\d+)$/, show: (id, at) => <Hall id={Number(id)} at={Number(at)} />, who: "ADMIN" },
	{ at: /^\/operator\/users$/, show: () => <Users />, who: "ADMIN", nav: { href: "/operator/users", word: "nav.users", key: "u" } },
	{ at: /^\/operator\/users\/(\d+)$/, show: (id) => <UserPage id={Number(id)} />, who: "ADMIN" },
	{ at: /^\/operator\/statistics$/, show: () => <Statistics />, who: "STAFF", nav: { href: "/operator/statistics", word: "nav.statistics", key: "s" } },
	{ at: /^\/operator\/exports$/, show: () => <Exports />, who: "ADMIN", nav: { href: "/operator/exports", word: "nav.exports", key: "x" } },
	{ at: /^\/operator\/audit$/, show: () => <AuditLog />, who: "ADMIN", nav: { href: "/operator/audit", word: "nav.audit", key: "l" } },
	{ at: /^\/operator\/client-logs$/, show: () => <ClientLogs />, who: "ADMIN", nav: { href: "/operator/client-logs", word: "nav.client", key: "e" } },
	{ at: /^\/operator\/webhooks$/, show: () => <Webhooks />, who: "ADMIN", nav: { href: "/operator/webhooks", word: "nav.webhooks", key: "k" } },
	{ at: /^\/operator\/webhooks\/(\d+)$/, show: (id) => <WebhookPage id={Number(id)} />, who: "ADMIN" },
	{ at: /^\/operator\/webhooks\/deliveries\/(\d+)$/, show: (id) => <DeliveryPage id={Number(id)} />, who: "ADMIN" },
	{ at: /^\/operator\/dead-letters$/, show: () => <DeadLetters />, who: "ADMIN", nav: { href: "/operator/dead-letters", word: "nav.letters", key: "d" } },
	{ at: /^\/operator\/dead-letters\/(\d+)$/, show: (id) => <DeadLetterPage id={Number(id)} />, who: "ADMIN" },
	{ at: /^\/operator\/account$/, show: () => <Account />, who: "ALL", nav: { href: "/operator/account", word: "nav.account", key: "m" } },
];

const links: NavItem[] = pages.flatMap((page) =>
	page.nav === undefined ? [] : [{ ...page.nav, who: page.who }],
);

function Here({ path }: { path: string }) {
	for (const page of pages) {
		const found = page.at.exec(path);
		if (found === null) continue;
		return <Door who={page.who}>{page.show(...found.slice(1))}</Door>;
	}
	return <Missing />;
}

export function App() {
	const path = usePlace((place) => place.path);
	useEffect(() => void whoAmI(), []);
	return (
		<Frame links={links}>
			<Safe key={path}><Here path={path.replace(/\/$/, "")} /></Safe>
		</Frame>
	);
}

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
import { Hall } from "./pages/Hall";
import { Halls } from "./pages/Halls";
import { Missing } from "./pages/Missing";
import { Today } from "./pages/Today";
import { Door } from "./parts/Door";
import { Frame, type NavItem } from "./parts/Frame";
import type { OperatorRole } from "./role";

interface Page {
	at: RegExp;
	show(...words: string[]): ReactNode;
	/** Who sees it; administrators see everything. */
	who: OperatorRole;
	/** Its place among the links; what is below another has none. */
	nav?: Omit<NavItem, "who">;
}

const pages: Page[] = [
	{ at: /^\/operator$/, show: () => <Today />, who: "STAFF", nav: { href: "/operator", word: "nav.today", key: "t" } },
	{ at: /^\/operator\/halls$/, show: () => <Halls />, who: "ADMIN", nav: { href: "/operator/halls", word: "nav.halls", key: "h" } },
	{ at: /^\/operator\/halls\/(\d+)$/, show: (id) => <Hall id={Number(id)} />, who: "ADMIN" },
	{ at: /^\/operator\/halls\/(\d+)\/revisions\/(\d+)$/, show: (id, at) => <Hall id={Number(id)} at={Number(at)} />, who: "ADMIN" },
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

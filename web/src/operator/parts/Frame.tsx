// SPDX-License-Identifier: BSD-2-Clause
//
// Frame - what is around every page: where one can go, by hand and by key
//
// Layer: operator.  Uses: parts, state.
import { useEffect, useRef, type ReactNode } from "react";
import { Languages } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { useAnnounced } from "../../state/announce";
import { usePlace } from "../../state/route";
import { logOut, useSession } from "../../state/session";
import { useShortcuts } from "../keys";
import { isLetIn, type Audience } from "../role";
import { useTexts, type Word } from "../words/words";

export interface NavItem {
	href: string;
	word: Word;
	who: Audience;
	/** g, then this key, goes there. */
	key: string;
}

/** The page that an address is of, or is below. */
function current(links: NavItem[], path: string): NavItem | undefined {
	return links
		.filter(({ href }) => path === href || path.startsWith(`${href}/`))
		.sort((a, b) => b.href.length - a.href.length)[0];
}

function Nav({ links }: { links: NavItem[] }) {
	const { t } = useTexts();
	const path = usePlace((place) => place.path);
	const here = current(links, path);
	return (
		<nav aria-label={t("nav.label")}>
			<ul>
				{links.map((one) => (
					<li key={one.href}>
						<Link href={one.href} aria-current={one === here ? (path === one.href ? "page" : "true") : undefined}>
							{t(one.word)} <kbd aria-hidden="true">{one.key}</kbd>
						</Link>
					</li>
				))}
			</ul>
		</nav>
	);
}

function Foot({ keys }: { keys: ReturnType<typeof useShortcuts> }) {
	const { t } = useTexts();
	const user = useSession((state) => state.user);
	return (
		<div className="desk-foot">
			<Languages />
			<label className="agree">
				<input type="checkbox" checked={keys.on} onChange={(event) => keys.turn(event.currentTarget.checked)} />
				{t("keys.on")}
			</label>
			{keys.on && <p><small>{t("keys.how")}</small></p>}
			{user !== undefined && (
				<p>
					<small>{user.name} · {user.login_id}</small>
					<button type="button" className="quiet" onClick={() => void logOut()}>{t("logout")}</button>
				</p>
			)}
		</div>
	);
}

export function Frame(props: { links: NavItem[]; children: ReactNode }) {
	const { b } = useTexts();
	const said = useAnnounced((state) => state.text);
	const step = usePlace((place) => place.step);
	const user = useSession((state) => state.user);
	const links = props.links.filter(({ who }) => isLetIn(user, who));
	const keys = useShortcuts(links);
	const main = useRef<HTMLElement>(null);
	// A new page is where reading goes on.
	useEffect(() => {
		if (step > 0) main.current?.focus({ preventScroll: true });
	}, [step]);
	return (
		<div className="desk">
			<a className="skip" href="#main">{b("skip")}</a>
			<header className="desk-side">
				<Link className="brand" href="/operator">boxoffice</Link>
				{links.length > 0 && <Nav links={links} />}
				<Foot keys={keys} />
			</header>
			<main id="main" tabIndex={-1} ref={main}>{props.children}</main>
			<div className="hidden" aria-live="polite" role="status">{said}</div>
		</div>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// app - THE table of pages: an address, and what is there
//
// The web servers' files name the same first words (conf/nginx, conf/apache).
import { useEffect, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { Basket } from "./pages/Basket";
import { loadOwn, type Own } from "./pages/later";
import { Login, Signup } from "./pages/Login";
import { Missing } from "./pages/Missing";
import { PerformancePage } from "./pages/Performance";
import { ShowPage } from "./pages/Show";
import { Shows } from "./pages/Shows";
import { Timetable } from "./pages/Timetable";
import { Frame } from "./parts/Frame";
import { loadMap } from "./parts/HallView";
import { Later } from "./parts/Later";
import { Safe } from "./parts/Safe";
import { usePlace } from "./state/route";
import { whoAmI } from "./state/session";

const own = (page: (own: Own) => ReactNode) => <Later load={loadOwn} page={page} />;

const pages: [RegExp, (...words: string[]) => ReactNode][] = [
	[/^\/$/, () => <Shows />],
	[/^\/timetable$/, () => <Timetable />],
	[/^\/shows\/(\d+)$/, (id) => <ShowPage id={Number(id)} />],
	[/^\/performances\/(\d+)$/, (id) => <PerformancePage id={Number(id)} />],
	[/^\/performances\/(\d+)\/basket$/, (id) => <Basket id={Number(id)} />],
	[/^\/done\/([0-9A-Z-]+)$/, (number = "") => own((is) => <is.Done number={number} />)],
	[/^\/reservations$/, () => own((is) => <is.Reservations />)],
	[/^\/reservations\/([0-9A-Z-]+)$/, (number = "") => own((is) => <is.ReservationPage number={number} />)],
	[/^\/reservations\/([0-9A-Z-]+)\/move$/, (number = "") => own((is) => <is.MovePage number={number} />)],
	[/^\/reservations\/([0-9A-Z-]+)\/tickets$/, (number = "") => own((is) => <is.Tickets number={number} />)],
	[/^\/transfers\/([A-Za-z0-9_-]+)$/, (token = "") => own((is) => <is.TransferPage token={token} />)],
	[/^\/payments\/(\d+)$/, (id) => own((is) => <is.PaymentPage id={Number(id)} />)],
	[/^\/wallet$/, () => own((is) => <is.Wallet />)],
	[/^\/account$/, () => own((is) => <is.Account />)],
	[/^\/login$/, () => <Login />],
	[/^\/signup$/, () => <Signup />],
];

function pageAt(path: string): ReactNode {
	for (const [pattern, page] of pages) {
		const found = pattern.exec(path);
		if (found !== null) return page(...found.slice(1));
	}
	return <Missing />;
}

function App() {
	const path = usePlace((place) => place.path);
	useEffect(() => void whoAmI(), []);
	return (
		<Frame>
			<Safe key={path}>{pageAt(path)}</Safe>
		</Frame>
	);
}

export function show(root: HTMLElement): void {
	// The map comes while its page is made.
	if (/^\/performances\/\d+$/.test(location.pathname)) void loadMap();
	createRoot(root).render(<App />);
}

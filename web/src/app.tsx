// SPDX-License-Identifier: BSD-2-Clause
//
// app - THE table of pages: an address, and what is there
//
// The web servers' files name the same first words (conf/nginx, conf/apache).
import { useEffect, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { Account, Wallet } from "./pages/Account";
import { Basket } from "./pages/Basket";
import { Login, Signup } from "./pages/Login";
import { Missing } from "./pages/Missing";
import { MovePage } from "./pages/Move";
import { PaymentPage } from "./pages/Payment";
import { PerformancePage } from "./pages/Performance";
import { Done, ReservationPage, Reservations } from "./pages/Reservations";
import { ShowPage } from "./pages/Show";
import { Shows } from "./pages/Shows";
import { Tickets } from "./pages/Tickets";
import { Timetable } from "./pages/Timetable";
import { TransferPage } from "./pages/Transfer";
import { Frame } from "./parts/Frame";
import { loadMap } from "./parts/HallView";
import { Safe } from "./parts/Safe";
import { usePlace } from "./state/route";
import { whoAmI } from "./state/session";

const pages: [RegExp, (...words: string[]) => ReactNode][] = [
	[/^\/$/, () => <Shows />],
	[/^\/timetable$/, () => <Timetable />],
	[/^\/shows\/(\d+)$/, (id) => <ShowPage id={Number(id)} />],
	[/^\/performances\/(\d+)$/, (id) => <PerformancePage id={Number(id)} />],
	[/^\/performances\/(\d+)\/basket$/, (id) => <Basket id={Number(id)} />],
	[/^\/done\/([0-9A-Z-]+)$/, (number = "") => <Done number={number} />],
	[/^\/reservations$/, () => <Reservations />],
	[/^\/reservations\/([0-9A-Z-]+)$/, (number = "") => <ReservationPage number={number} />],
	[/^\/reservations\/([0-9A-Z-]+)\/move$/, (number = "") => <MovePage number={number} />],
	[/^\/reservations\/([0-9A-Z-]+)\/tickets$/, (number = "") => <Tickets number={number} />],
	[/^\/transfers\/([A-Za-z0-9_-]+)$/, (token = "") => <TransferPage token={token} />],
	[/^\/payments\/(\d+)$/, (id) => <PaymentPage id={Number(id)} />],
	[/^\/wallet$/, () => <Wallet />],
	[/^\/account$/, () => <Account />],
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

// SPDX-License-Identifier: BSD-2-Clause
//
// app - THE table of pages: an address, and what is there
//
// The web servers' files name the same first words (conf/nginx, conf/apache).
import { useEffect, type ReactNode } from "react";
import { Missing, Safe } from "./pages/Missing";
import { Shows } from "./pages/Shows";
import { Frame } from "./parts/Frame";
import { usePlace } from "./state/route";
import { whoAmI } from "./state/session";

const pages: [RegExp, (...words: string[]) => ReactNode][] = [
	[/^\/$/, () => <Shows />],
];

function pageAt(path: string): ReactNode {
	for (const [pattern, page] of pages) {
		const found = pattern.exec(path);
		if (found !== null) return page(...found.slice(1));
	}
	return <Missing />;
}

export function App() {
	const path = usePlace((place) => place.path);
	useEffect(() => void whoAmI(), []);
	return (
		<Frame>
			<Safe key={path}>{pageAt(path)}</Safe>
		</Frame>
	);
}

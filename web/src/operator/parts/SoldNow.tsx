// SPDX-License-Identifier: BSD-2-Clause
//
// SoldNow - how a performance sells, as it happens: seats as the map is told of
// them, money as it is counted
//
// Layer: operator.  Uses: map, state.
import type { SeatStates } from "../../map/states";
import { useRead } from "../../state/read";
import { asMe } from "../../state/session";
import { useAgain } from "../again";
import * as api from "../calls";
import { useTexts } from "../words/words";
import { Facts } from "./Facts";
import { Refusal } from "./Refusal";

/** Figures are a second or so old. */
const AGAIN_MS = 3_000;

/** How many seats are in one of these states. */
function countOf(states: SeatStates, letters: string): number {
	let n = 0;
	for (const letter of states.letters) if (letters.includes(String.fromCharCode(letter))) n++;
	return n;
}

/** states undefined: the map is not known yet. */
export function SoldNow({ performance, currency, states }: { performance: number; currency: string; states: SeatStates | undefined }) {
	const { t, won, number } = useTexts();
	const sales = useRead(`sold now ${performance}`, () =>
		asMe((token) => api.getSales(token, { by: "performance", performance_id: performance })));
	useAgain(AGAIN_MS, sales);
	const rows = sales.data?.items;
	const sum = (of: (row: api.SalesRow) => number) => rows?.reduce((all, row) => all + of(row), 0);
	const shown = (n: number | undefined) => (n === undefined ? "–" : number.format(n));
	const inState = (letters: string) => shown(states && countOf(states, letters));
	const sold = sum((row) => row.sold - row.given_back);
	// Places of a section that is a bare count have no letters.
	const free = states && countOf(states, "A") + [...states.left.values()].reduce((all, n) => all + n, 0);
	const money = rows === undefined ? "–" : rows.length === 0
		? won(0, currency)
		: rows.map((row) => won(row.revenue - row.refunded, row.currency)).join(", ");
	return (
		<section className="sold-now" aria-label={t("board.now")}>
			{sales.data === undefined && <Refusal problem={sales.failure} again={() => void sales.again()} />}
			<Facts facts={[
				[t("board.sold"), shown(sold)],
				[t("board.money"), money],
				[t("board.held"), inState("HP")],
				[t("board.free"), shown(free)],
				[t("board.away"), inState("BD")],
			]} />
		</section>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// HallPreview - a hall to look at, of which nothing can be chosen now
//
// Layer: parts.  Uses: state, api (types).
import { useState } from "react";
import type { Layout, Performance } from "../api/calls";
import { useWords } from "../state/language";
import { useSeats } from "../state/seats";
import { HallView } from "./HallView";

const NONE: number[] = [];

export function HallPreview(props: { performance: Performance; layout: Layout }) {
	const { performance, layout } = props;
	const { t } = useWords();
	const seats = useSeats(performance, layout);
	const [tapped, tap] = useState(false);
	return (
		<>
			<p className="hint" role="status">{tapped ? t("preview.later") : t("preview.hint")}</p>
			<HallView performance={performance} layout={layout} seats={seats} party={1} chosen={NONE} own={NONE} lost={undefined} price={undefined} accessible={false} pick={() => tap(true)} />
		</>
	);
}

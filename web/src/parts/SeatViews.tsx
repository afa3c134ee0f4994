// SPDX-License-Identifier: BSD-2-Clause
//
// SeatViews - seats to choose from: on the map, or from lists
//
// Lists are one stop before the map, for who cannot see a canvas.
//
// Layer: parts.  Uses: map, state.
import { useState, type ComponentProps } from "react";
import type { Pick } from "../map/index";
import { useWords } from "../state/language";
import type { Seats } from "../state/seats";
import { HallView } from "./HallView";
import { SeatList, useOpenSection } from "./SeatList";
import { Waiting } from "./Waiting";

export function SeatViews(props: {
	seats: Seats;
	map: Omit<ComponentProps<typeof HallView>, "seats" | "pick">;
	/** openSection: show the list of one, where nobody picks on the map. */
	tapped(what: Pick, openSection: (id: number) => void): void;
	list: Omit<ComponentProps<typeof SeatList>, "open" | "setOpen">;
}) {
	const { seats, list } = props;
	const { t } = useWords();
	const [view, setView] = useState<"map" | "list">("map");
	const [open, setOpen] = useOpenSection(list.sections);
	const openSection = (id: number) => {
		setOpen(id);
		setView("list");
	};
	return (
		<>
			<div className="views" role="group" aria-label={t("pick.view")}>
				<button type="button" aria-pressed={view === "list"} onClick={() => setView("list")}>{t("pick.list")}</button>
				<button type="button" aria-pressed={view === "map"} onClick={() => setView("map")}>{t("pick.map")}</button>
			</div>
			{seats.states === undefined && <Waiting />}
			{view === "map" && <HallView {...props.map} seats={seats} pick={(what) => props.tapped(what, openSection)} />}
			{view === "list" && seats.states !== undefined && <SeatList {...list} open={open} setOpen={setOpen} />}
		</>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// HallView - the map of a hall in the page: its canvas, and a button for
// whatever else asks for fingers
//
// The map's code comes when it is first needed. Who cannot see a canvas has
// the list, one stop before it.
//
// Layer: parts.  Uses: map, state, api (types).
import { useEffect, useRef, useState } from "react";
import type { Layout, Performance } from "../api/calls";
import type { HallMap, Pick, Picking } from "../map/index";
import { useWords } from "../state/language";
import { others } from "../state/layout";
import type { Seats } from "../state/seats";

/** The map's code, which may come before there is a hall to show. */
export const loadMap = () => import("../map/index");

export function HallView(props: {
	performance: Performance;
	layout: Layout;
	seats: Seats;
	party: number;
	chosen: number[];
	own: readonly number[];
	lost: number[] | undefined;
	price: number | undefined;
	accessible: boolean;
	pick(what: Pick): void;
}) {
	const { layout, chosen, price, accessible } = props;
	const { t, number, language } = useWords();
	const canvas = useRef<HTMLCanvasElement>(null);
	const [map, setMap] = useState<HallMap>();
	const [zoom, setZoom] = useState({ canZoomIn: true, canZoomOut: false });
	const told = useRef(props.pick);
	told.current = props.pick;

	useEffect(() => {
		let shown: HallMap | undefined;
		let stop: () => void = () => undefined;
		let over = false;
		void loadMap().then(async ({ createHallMap, prepare }) => {
			await prepare(layout, others);
			if (over || canvas.current === null) return;
			shown = createHallMap(canvas.current, layout, {
				words: {
					left: (n) => t("left", { n: number.format(n) }),
					soldOut: t("sale.full"),
				},
			});
			shown.on("pick", (what) => told.current(what));
			shown.on("zoom", setZoom);
			stop = props.seats.follow(shown);
			setMap(shown);
		});
		return () => {
			over = true;
			stop();
			shown?.destroy();
			setMap(undefined);
		};
	}, [layout, language]);

	useEffect(() => map?.select(chosen), [map, chosen]);
	useEffect(() => {
		const picking: Picking = {
			party: props.party,
			rules: props.performance.seat_rules,
			type: accessible ? "wheelchair" : undefined,
			own: props.own,
		};
		map?.setPicking(picking);
	}, [map, props.party, props.own, accessible]);
	useEffect(() => {
		map?.setFilter({
			classes: new Set(price === undefined ? [] : [price]),
			accessible,
		});
	}, [map, price, accessible]);
	useEffect(() => {
		if (props.lost !== undefined) map?.blink(props.lost);
	}, [map, props.lost]);

	return (
		<div className="hall-view">
			<canvas className="hall-map" ref={canvas} role="img" aria-label={t("map.label")} />
			<div className="hall-buttons" role="group" aria-label={t("map.label")}>
				<button type="button" aria-label={t("map.in")} disabled={!zoom.canZoomIn} onClick={() => map?.zoomIn()}>+</button>
				<button type="button" aria-label={t("map.out")} disabled={!zoom.canZoomOut} onClick={() => map?.zoomOut()}>−</button>
				<button type="button" aria-label={t("map.whole")} disabled={!zoom.canZoomOut} onClick={() => map?.fit()}>⤢</button>
			</div>
			<p className="hall-how">{t("map.how")}</p>
		</div>
	);
}

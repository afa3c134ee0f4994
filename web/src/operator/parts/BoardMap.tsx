// SPDX-License-Identifier: BSD-2-Clause
//
// BoardMap - the hall of the sale board
//
// Layer: operator.  Uses: map, state.
import { useEffect, useRef, useState, type PointerEvent } from "react";
import type { Layout } from "../../api/calls";
import type { HallMap, Label } from "../../map/index";
import type { Seats } from "../../state/seats";
import { useTexts } from "../words/words";
import { CHOSEN_MAX, seatsWithin, type Box } from "../within";
import "../../map/map.css";

/** The canvas, and a rectangle drawn on it while one is being chosen. */
export function BoardMap(props: { layout: Layout; seats: Seats; chosen: number[]; labels: ReadonlyMap<number, Label>; drawing: boolean; choose(ids: number[], more: boolean): void }) {
	const { layout, chosen, labels } = props;
	const { b, number, language } = useTexts();
	const canvas = useRef<HTMLCanvasElement>(null);
	const [map, setMap] = useState<HallMap>();
	const [box, draw] = useState<Box>();
	const told = useRef(props.choose);
	told.current = props.choose;
	useEffect(() => {
		let shown: HallMap | undefined;
		let stop: () => void = () => undefined;
		let over = false;
		void import("../../map/index").then(({ createHallMap }) => {
			if (over || canvas.current === null) return;
			shown = createHallMap(canvas.current, layout, {
				words: { left: (n) => b("left", { n: number.format(n) }), soldOut: b("sale.full") },
			});
			shown.on("pick", (what) => {
				if ("seat" in what) told.current([what.seat], false);
			});
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
	useEffect(() => map?.select(chosen), [map, chosen.join()]);
	useEffect(() => map?.label(labels), [map, labels]);
	const at = (event: PointerEvent<HTMLElement>) => {
		const { left, top } = event.currentTarget.getBoundingClientRect();
		return { x: event.clientX - left, y: event.clientY - top };
	};
	const begin = (event: PointerEvent<HTMLElement>) => {
		event.currentTarget.setPointerCapture(event.pointerId);
		draw({ from: at(event), to: at(event) });
	};
	const end = () => {
		if (box !== undefined && map !== undefined)
			told.current(seatsWithin(layout, box, (id) => map.placeOf(id)).slice(0, CHOSEN_MAX), true);
		draw(undefined);
	};
	return (
		<div className="hall-view board">
			<canvas className="hall-map" ref={canvas} role="img" aria-label={b("map.label")} />
			{props.drawing && (
				<div className="board-draw" onPointerDown={begin} onPointerMove={(event) => box !== undefined && draw({ ...box, to: at(event) })} onPointerUp={end} onPointerCancel={() => draw(undefined)}>
					{box !== undefined && (
						<svg aria-hidden="true"><rect x={Math.min(box.from.x, box.to.x)} y={Math.min(box.from.y, box.to.y)} width={Math.abs(box.to.x - box.from.x)} height={Math.abs(box.to.y - box.from.y)} /></svg>
					)}
				</div>
			)}
			<div className="hall-buttons" role="group" aria-label={b("map.label")}>
				<button type="button" aria-label={b("map.in")} onClick={() => map?.zoomIn()}>+</button>
				<button type="button" aria-label={b("map.out")} onClick={() => map?.zoomOut()}>−</button>
				<button type="button" aria-label={b("map.whole")} onClick={() => map?.fit()}>⤢</button>
			</div>
		</div>
	);
}

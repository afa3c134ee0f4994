// SPDX-License-Identifier: BSD-2-Clause
//
// Editor - a hall is drawn: tools above, the canvas, and fields beside it
//
// Layer: operator/editor.  Uses: all of editor, parts, state.
import { useEffect, useRef, useState, type ReactNode } from "react";
import { announce } from "../../state/announce";
import { askToLeave } from "../../state/route";
import { useTexts, type Word } from "../words/words";
import { Board, type BoardWords } from "./board";
import { thingsOf } from "./bounds";
import { Chosen } from "./Chosen";
import { sameName, type Decoration } from "./document";
import { Faults, useFaults } from "./Faults";
import type { Fault } from "./faults";
import { Classes, Sections, Tracing } from "./Lists";
import { bringBack, isChanged, takeBack, TOOLS, use, useEditor, type Tool } from "./state";
import "../../map/map.css";
import "./editor.css";

const KEYS: Record<Tool, string> = {
	select: "v", seats: "s", pan: "h", rows: "r", area: "a", stage: "t", exit: "e", text: "x", focus: "f",
};
const DRAWS: readonly Tool[] = ["rows", "area", "stage", "exit", "text", "focus"];

function useBoardWords(): BoardWords {
	const { t } = useTexts();
	const both = (word: Word) => sameName(t(word));
	const decoration = (kind: Decoration["kind"]) => both(`hall.decoration.${kind}`);
	return {
		rows: (rows, columns) => t("hall.drawing", { rows, columns }),
		area: both("hall.area.new"),
		decoration: { stage: decoration("stage"), exit: decoration("exit"), text: decoration("text") },
		say: announce,
		thing(id) {
			const hall = useEditor.getState().history.now;
			const thing = thingsOf(hall).find((one) => one.id === id);
			const section = hall.sections[thing?.sectionNo ?? -1];
			if (thing?.block !== undefined)
				return t("hall.say.block", { section: section?.key ?? "", from: thing.block.from, to: thing.block.to });
			return section?.key ?? t("hall.say.decoration");
		},
		seat: (ref) => t("hall.say.seat", { name: ref.slice(ref.indexOf("/") + 1) }),
	};
}

function Tools({ board }: { board: Board | undefined }) {
	const { t } = useTexts();
	const tool = useEditor((state) => state.tool);
	const segments = useEditor((state) => state.segments);
	const canUndo = useEditor((state) => state.history.past.length > 0);
	const canRedo = useEditor((state) => state.history.future.length > 0);
	return (
		<div className="hall-tools">
			<div role="group" aria-label={t("hall.tools")}>
				{TOOLS.map((one) => (
					<button key={one} type="button" aria-pressed={tool === one} onClick={() => use(one)}>
						{t(`hall.tool.${one}`)} <kbd aria-hidden="true">{KEYS[one]}</kbd>
					</button>
				))}
			</div>
			<div role="group" aria-label={t("hall.look")}>
				{DRAWS.includes(tool) && <button type="button" onClick={() => board?.drawHere()}>{t("hall.here")}</button>}
				<button type="button" aria-pressed={segments} onClick={() => useEditor.setState({ segments: !segments })}>{t("hall.segments")}</button>
				<button type="button" disabled={!canUndo} onClick={takeBack}>{t("hall.undo")}</button>
				<button type="button" disabled={!canRedo} onClick={bringBack}>{t("hall.redo")}</button>
				<button type="button" aria-label={t("hall.zoom.in")} onClick={() => board?.zoomIn()}>+</button>
				<button type="button" aria-label={t("hall.zoom.out")} onClick={() => board?.zoomOut()}>−</button>
				<button type="button" aria-label={t("hall.zoom.fit")} onClick={() => board?.fit()}>⤢</button>
			</div>
		</div>
	);
}

/** Who leaves with something unsaved is asked. */
function useGuard(): void {
	const { t, language } = useTexts();
	const changed = useEditor(isChanged);
	useEffect(() => {
		if (!changed) return;
		const ask = (event: BeforeUnloadEvent) => event.preventDefault();
		const free = askToLeave(() => confirm(t("hall.leave")));
		addEventListener("beforeunload", ask);
		return () => {
			free();
			removeEventListener("beforeunload", ask);
		};
	}, [changed, language]);
}

/** above: what is said of the hall; aside: of its saving, with its faults. */
export function Editor(props: {
	aside(faults: readonly Fault[]): ReactNode;
	/** What is to be in sight; another object, once more. */
	look: { ids: ReadonlySet<string> } | undefined;
}) {
	const { t, language } = useTexts();
	const canvas = useRef<HTMLCanvasElement>(null);
	const [board, setBoard] = useState<Board>();
	const hall = useEditor((state) => state.history.now);
	const faults = useFaults(hall);
	const words = useBoardWords();
	useGuard();
	useEffect(() => {
		if (canvas.current === null) return;
		const shown = new Board(canvas.current, words, language);
		setBoard(shown);
		return () => shown.destroy();
	}, [language]);
	useEffect(() => {
		if (props.look !== undefined) board?.show(props.look.ids);
	}, [board, props.look]);
	return (
		<>
			<Tools board={board} />
			<div className="hall-editor">
				<div className="hall-board">
					<canvas className="hall-map" ref={canvas} tabIndex={0} role="application" aria-label={t("hall.canvas")} aria-describedby="hall-how" />
				</div>
				<div className="hall-panel">
					<Chosen />
					{props.aside(faults)}
					<Faults faults={faults} show={(ids) => board?.show(ids)} />
					<Sections />
					<Classes />
					<Tracing />
				</div>
			</div>
			<p id="hall-how" className="hint">{t("hall.how")}</p>
		</>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Line - first the line, then the seats: what is between a buyer and a
// performance that everybody wants
//
// Layer: pages.  Uses: parts, state, api.
import { useEffect, useRef, useState, type ReactNode } from "react";
import { getDraw, type Performance, type QueuePlace } from "../api/calls";
import { Problem } from "../api/client";
import { useTitle } from "../parts/Frame";
import { Notice, Refused } from "../parts/Notice";
import { Waiting } from "../parts/Waiting";
import { announce } from "../state/announce";
import { chime } from "../state/chime";
import { useSecondsUntil } from "../state/clock";
import { checkDraw, type Checked } from "../state/draw";
import { holdsOf } from "../state/holding";
import { useWords } from "../state/language";
import { useLine, type Line } from "../state/line";
import { useRead } from "../state/read";
import { goLogin } from "../state/route";
import { useSession } from "../state/session";
import { keep, recall } from "../state/store";
import { around, countdown, waitOf } from "../words/words";

const WARN_S = 60;
/** The line takes people so long before the sale. */
const EARLY_S = 60;
/** What changes while one waits is said no more often than that. */
const SAY_MS = 60_000;

/** How far it is, in words. */
function useDistance() {
	const { t, number } = useWords();
	return {
		ahead(place: QueuePlace): string {
			const [from, to] = around(place.ahead);
			if (to === 0) return t("line.next");
			if (to === 1) return t("line.ahead.one");
			return from === to
				? t("line.ahead.exact", { n: number.format(to) })
				: t("line.ahead.range", { from: number.format(from), to: number.format(to) });
		},
		wait({ eta_min_seconds: least, eta_seconds: most }: QueuePlace): string {
			if (most === null) return t("line.eta.unknown");
			const { key, holes } = waitOf(least ?? 0, most);
			return t(key, holes);
		},
	};
}

/** Told to who does not see it, roughly and not too often. */
function useSaying(text: string): void {
	const said = useRef({ atMs: -Infinity, text: "" });
	useEffect(() => {
		const { current } = said;
		if (text === current.text || Date.now() - current.atMs < SAY_MS) return;
		said.current = { atMs: Date.now(), text };
		announce(text);
	});
}

function Sound(props: { on: boolean; set(on: boolean): void }) {
	const { t } = useWords();
	return (
		<label className="agree">
			<input type="checkbox" checked={props.on} onChange={(event) => {
				props.set(event.currentTarget.checked);
				if (event.currentTarget.checked) chime();
			}} />
			{t("line.sound")}
		</label>
	);
}

function Leave({ line }: { line: Line }) {
	const { t } = useWords();
	const [sure, setSure] = useState(false);
	if (!sure) return <button type="button" className="quiet" onClick={() => setSure(true)}>{t("line.leave")}</button>;
	return (
		<div role="alertdialog" aria-label={t("line.leave")} className="buttons">
			<p>{t("line.leave.lead")}</p>
			<button type="button" className="button" autoFocus onClick={() => { setSure(false); void line.leave(); }}>{t("line.leave.sure")}</button>
			<button type="button" className="quiet" onClick={() => setSure(false)}>{t("line.leave.not")}</button>
		</div>
	);
}

/** What the house is bound to before it knows who comes. */
function Bound({ seed, beacon }: { seed: string; beacon: string | null }) {
	const { t } = useWords();
	return (
		<details className="line-proof">
			<summary>{t("draw.how")}</summary>
			<p>{t(beacon === null ? "draw.no-beacon" : "draw.beacon", { source: beacon ?? "" })}</p>
			<p>{t("draw.seed")} <code>{seed}</code></p>
		</details>
	);
}

/** Before the sale: among all who wait for the draw. */
function Lobby(props: { line: Line; place: QueuePlace; sound: boolean; setSound(on: boolean): void }) {
	const { place } = props;
	const { t } = useWords();
	const left = useSecondsUntil(place.opens_at ?? "");
	const text = t("lobby.title");
	useTitle(text);
	useSaying(text);
	return (
		<>
			<p className="line-ahead">{text}</p>
			<p>{left > 0 ? t("lobby.opens") : t("lobby.drawing")} {left > 0 && <b role="timer" className="lobby-clock">{countdown(left)}</b>}</p>
			<p>{t("lobby.lead")}</p>
			<Bound seed={place.seed_sha256 ?? ""} beacon={place.beacon_source ?? null} />
			<Sound on={props.sound} set={props.setSound} />
			<Leave line={props.line} />
		</>
	);
}

/** One's place in the draw, computed anew in this browser. */
function Proof({ performance, place }: { performance: number; place: QueuePlace }) {
	const { t } = useWords();
	const [checked, setChecked] = useState<Checked>();
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState<Problem>();
	const id = place.lobby_id;
	if (id === undefined || place.lobby_place == null) return null;
	const drawn = place.lobby_place;
	const check = async () => {
		setBusy(true);
		setProblem(undefined);
		try {
			setChecked(await checkDraw(await getDraw(performance), id));
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			setProblem(failure);
		} finally {
			setBusy(false);
		}
	};
	const right = typeof checked === "object" && checked.place === drawn;
	return (
		<div className="line-proof">
			<p>{t("draw.place", { n: drawn })}</p>
			<Refused problem={problem} />
			{checked === undefined ? (
				<button type="button" className="quiet" disabled={busy} onClick={() => void check()}>{t("draw.check")}</button>
			) : checked === "not-yet" ? <Notice>{t("draw.not-yet")}</Notice>
			: right ? <Notice kind="good">{t("draw.right", { n: checked.place, count: checked.count })}</Notice>
			: <Notice kind="bad">{t("draw.wrong")}</Notice>}
		</div>
	);
}

function Stands(props: { performance: number; line: Line; place: QueuePlace; sound: boolean; setSound(on: boolean): void }) {
	const { line, place } = props;
	const { t, number } = useWords();
	const distance = useDistance();
	const first = useRef(place.ahead);
	first.current = Math.max(first.current, place.ahead);
	const ahead = distance.ahead(place);
	const wait = distance.wait(place);
	useTitle(ahead);
	useSaying([ahead, wait, place.likely_sold_out ? t("line.sold-out") : ""].join(" "));
	return (
		<>
			<p className="line-ahead">{ahead}</p>
			{first.current > 0 && <progress max={first.current + 1} value={first.current - place.ahead} aria-label={t("line.progress")} />}
			<p className="line-facts">
				<span>{wait}</span>
				<span>{t("line.total", { n: number.format(place.total) })}</span>
			</p>
			{place.eta_reason !== null && <Notice>{t(`line.why.${place.eta_reason}`)}</Notice>}
			{place.likely_sold_out && <Notice kind="bad">{t("line.sold-out")}</Notice>}
			<Proof performance={props.performance} place={place} />
			<Sound on={props.sound} set={props.setSound} />
			<p className="line-keep">{t("line.keep")}</p>
			<Leave line={line} />
		</>
	);
}

/** It is his turn: said, sounded, and one key away. */
function Turn(props: { place: QueuePlace; sound: boolean; enter(): void }) {
	const { place } = props;
	const { t } = useWords();
	const button = useRef<HTMLButtonElement>(null);
	const left = useSecondsUntil(place.pass_expires_at ?? "9999-01-01T00:00:00Z");
	useTitle(t("line.turn.title"));
	useEffect(() => {
		button.current?.focus();
		announce(t("line.turn"));
		if (props.sound) chime();
	}, []);
	return (
		<>
			<p className="line-ahead">{t("line.turn")}</p>
			{place.pass_expires_at !== null && <p>{t("line.turn.lead", { time: countdown(left) })}</p>}
			<button type="button" className="button" ref={button} onClick={props.enter}>{t("line.enter")}</button>
		</>
	);
}

function Join(props: { performance: Performance; line: Line; enter(): void }) {
	const { performance, line } = props;
	const { t } = useWords();
	const who = useSession((state) => state.who);
	const [busy, setBusy] = useState(false);
	const opens = useSecondsUntil(performance.sales_open_at) - EARLY_S;
	// A lobby takes people long before.
	const early = performance.queue_mode === "fifo" ? opens : 0;
	const state = line.place?.state;
	const join = async () => {
		if (who === "nobody") return goLogin();
		setBusy(true);
		const place = await line.join();
		setBusy(false);
		// Who need not wait need not be called.
		if (place?.state === "admitted") props.enter();
	};
	return (
		<>
			{(state === "left" || state === "expired" || state === "closed") && <Notice>{t(`line.was.${state}`)}</Notice>}
			{early > 0 && <p className="line-ahead">{t("line.opens", { time: countdown(early) })}</p>}
			<p>{t("line.lead")}</p>
			<button type="button" className="button" disabled={busy || early > 0} onClick={() => void join()}>
				{t(who === "nobody" ? "line.join.login" : state === undefined ? "line.join" : "line.join.again")}
			</button>
		</>
	);
}

/** While he chooses: how long he may. */
function Pass({ place }: { place: QueuePlace }) {
	const { t } = useWords();
	const left = useSecondsUntil(place.pass_expires_at ?? "9999-01-01T00:00:00Z");
	const soon = left < WARN_S;
	useEffect(() => {
		if (soon) announce(t("line.pass.soon"));
	}, [soon]);
	if (place.pass_expires_at === null) return null;
	return (
		<p className={soon ? "pass soon" : "pass"}>
			{t("line.pass")} <b role="timer">{countdown(left)}</b>
		</p>
	);
}

/**
 * A performance with a line: children are shown to who may choose now, and to
 * who holds seats here, who needs no pass to change them.
 */
export function LineFirst(props: {
	performance: Performance;
	/** The hall, to look at meanwhile. */
	preview: ReactNode;
	children(refused: () => void): ReactNode;
}) {
	const { id } = props.performance;
	const { t } = useWords();
	const line = useLine(id);
	const who = useSession((state) => state.who);
	const holds = useRead(who === "nobody" ? undefined : `holds ${id}`, () => holdsOf(id));
	const [entered, setEntered] = useState(() => recall(`entered-${id}`, false));
	const [sound, setSound] = useState(() => recall("sound", false));
	const { place } = line;
	const admitted = place?.state === "admitted";

	const enter = (may: boolean) => {
		keep(`entered-${id}`, may ? true : undefined);
		setEntered(may);
	};
	const wantSound = (on: boolean) => {
		keep("sound", on);
		setSound(on);
	};
	// The next pass is entered anew.
	useEffect(() => {
		if (place !== undefined && !admitted && entered) enter(false);
	}, [place, admitted, entered]);

	if (holds.data?.some((one) => one.status === "held") === true) return props.children(line.look);
	if (admitted && entered) return <><Pass place={place} />{props.children(line.look)}</>;
	if (line.asking) return <Waiting />;
	return (
		<>
			<section className="card line" aria-label={t("line.label")}>
				<Refused problem={line.failure} again={line.look} />
				{place?.state === "lobby" ? (
					<Lobby line={line} place={place} sound={sound} setSound={wantSound} />
				) : place?.state === "waiting" ? (
					<Stands performance={id} line={line} place={place} sound={sound} setSound={wantSound} />
				) : admitted ? (
					<Turn place={place} sound={sound} enter={() => enter(true)} />
				) : (
					<Join performance={props.performance} line={line} enter={() => enter(true)} />
				)}
			</section>
			{props.preview}
		</>
	);
}

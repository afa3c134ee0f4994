// SPDX-License-Identifier: BSD-2-Clause
//
// Line - the line in front of a performance: where it stands, and how it is
// opened, paused, closed and set
//
// Layer: operator.  Uses: parts, state.
import { Field } from "../../parts/Field";
import { Heading } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { Waiting } from "../../parts/Waiting";
import { textOf } from "../../state/form";
import { useRead } from "../../state/read";
import { asMe } from "../../state/session";
import { useAgain } from "../again";
import * as api from "../calls";
import { Ask, whyOf } from "../parts/Ask";
import { Facts } from "../parts/Facts";
import { PerformanceName } from "../parts/Named";
import { Refusal } from "../parts/Refusal";
import { useIs } from "../role";
import { useTexts } from "../words/words";

const AGAIN_MS = 5_000;
/** What of it can be set, with the API's bounds. */
const SET = [
	["active_limit", 1, 5000],
	["per_minute", 0, 60_000],
	["grace_s", 0, 3600],
	["claim_s", 30, 3600],
	["pass_s", 60, 14_400],
	["lobby_s", 60, 86_400],
] as const;

function Moves({ line, version, done }: { line: api.Line; version: string; done(): Promise<void> }) {
	const { t, say } = useTexts();
	const id = line.performance_id;
	const move = (which: "open" | "pause" | "resume" | "close") => async (form: FormData) => {
		await asMe((token) => api.moveLine(token, id, which, whyOf(form)));
		await done();
	};
	const set = async (form: FormData) => {
		const body = Object.fromEntries(SET.map(([name]) => [name, Number(textOf(form, name))]));
		await asMe((token) => api.changeLine(token, id, version, body, whyOf(form)));
		await done();
	};
	return (
		<p className="buttons">
			{line.mode === "off" && <Ask title={t("line.do.open")} lead={t("line.open.lead")} does={move("open")} />}
			{line.mode !== "off" && line.status === "open" && <Ask title={t("line.do.pause")} lead={t("line.pause.lead")} does={move("pause")} />}
			{line.status === "paused" && <Ask title={t("line.do.resume")} does={move("resume")} />}
			{line.mode !== "off" && line.status !== "closed" && <Ask title={t("line.do.close")} lead={t("line.close.lead")} typed={String(id)} does={move("close")} />}
			<Ask title={t("line.do.set")} does={set}>
				{SET.map(([name, min, max]) => (
					<Field key={name} label={say(`line.set.${name}`)} name={name} type="number" required min={min} max={max} defaultValue={line[name]} />
				))}
			</Ask>
		</p>
	);
}

export function LinePage({ id }: { id: number }) {
	const { t, say, number } = useTexts();
	const isAdmin = useIs("ADMIN");
	const read = useRead(`line ${id}`, () => asMe((token) => api.getLine(token, id)));
	// Figures move while one looks; what is set is as one has seen it, for its version.
	const live = useRead(`line now ${id}`, () => asMe((token) => api.getLine(token, id)));
	useAgain(AGAIN_MS, live);
	const report = useRead(isAdmin ? `line report ${id}` : undefined, () => asMe((token) => api.getLineReport(token, id)));
	if (read.data === undefined)
		return read.failure === undefined ? <Waiting /> : <Refusal problem={read.failure} again={() => void read.again()} />;
	const { body: line, version } = read.data;
	const now = live.data?.body.now ?? line.now;
	const figures = Object.entries(report.data ?? {}).map(([name, value]): [string, string] =>
		[say(`line.report.${name}`), value === null ? "–" : number.format(value)]);
	return (
		<>
			<Heading aside={<p className="lead"><Link href={`/operator/performances/${id}`}><PerformanceName id={id} /></Link></p>}>{t("lines.one")}</Heading>
			<Facts facts={[
				[t("line.mode"), say(`mode.${line.mode}`)],
				[t("col.status"), say(`line.${line.status}`)],
				...(now === null ? [] : [
					[t("lines.waiting"), number.format(now.waiting)],
					[t("lines.buying"), number.format(now.buying)],
					[t("lines.minute"), number.format(now.admitted_a_minute)],
					[t("line.lobby"), number.format(now.in_lobby)],
				] satisfies [string, string][]),
				...SET.map(([name]): [string, string] => [say(`line.set.${name}`), number.format(line[name])]),
			]} />
			{isAdmin && <Moves line={line} version={version} done={read.again} />}
			{figures.length > 0 && <><h2>{t("line.report")}</h2><Facts facts={figures} /></>}
		</>
	);
}

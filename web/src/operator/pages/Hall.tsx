// SPDX-License-Identifier: BSD-2-Clause
//
// Hall - one hall: a revision of its plan is opened, drawn on, compared, and
// saved as the next
//
// Nobody's work is lost: a revision that came meanwhile is told, and whose it
// is, before another is made.
//
// Layer: operator.  Uses: editor, parts, state.
import { useEffect, useState } from "react";
import { Problem } from "../../api/client";
import { Heading } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { Notice, Refused } from "../../parts/Notice";
import { Waiting } from "../../parts/Waiting";
import { useRead } from "../../state/read";
import { goInstead } from "../../state/route";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import * as api from "../calls";
import { nameIn } from "../catalog/texts";
import { Difference } from "../editor/Difference";
import { type Hall as Plan, sameName } from "../editor/document";
import { Choice } from "../editor/Entry";
import { Editor } from "../editor/Editor";
import type { Fault } from "../editor/faults";
import { named } from "../editor/paths";
import { readPlan, Unreadable } from "../editor/read_plan";
import { regroup } from "../editor/regroup";
import { act, chooseThings, isChanged, newHall, open, saved, useEditor } from "../editor/state";
import { writePlan } from "../editor/write_plan";
import { useTexts } from "../words/words";

/** A file larger than that the API would not take. */
const FILE_MAX = 8 << 20;

const planOf = async (revision: number): Promise<Plan> =>
	regroup(readPlan(await asMe((token) => api.getPlan(token, revision))));

/** A plan, or the first that a catalog file has. */
function planIn(file: unknown): unknown {
	const { venues } = (file ?? {}) as { venues?: { halls?: { plan?: unknown }[] }[] };
	if (!Array.isArray(venues)) return file;
	return venues.flatMap((venue) => venue.halls ?? []).find((hall) => hall.plan !== undefined)?.plan;
}

function Import() {
	const { t } = useTexts();
	const [wrong, setWrong] = useState<string>();
	const read = async (file: File | undefined) => {
		if (file === undefined) return;
		setWrong(undefined);
		try {
			if (file.size > FILE_MAX) throw new Unreadable(t("hall.import.large"));
			const plan = regroup(readPlan(planIn(JSON.parse(await file.text()))));
			act(() => plan);
		} catch (failure) {
			if (failure instanceof Unreadable) setWrong(failure.at);
			else if (failure instanceof SyntaxError) setWrong("JSON");
			else throw failure;
		}
	};
	return (
		<>
			{wrong !== undefined && <Notice kind="bad">{t("hall.import.wrong", { at: wrong })}</Notice>}
			<label className="field"><span>{t("hall.import")}</span>
				<input type="file" accept="application/json,.json" onChange={(event) => void read(event.currentTarget.files?.[0])} />
			</label>
		</>
	);
}

interface Compared {
	revision: number;
	plan: Plan;
}

function Compare({ revisions }: { revisions: api.ManagedRevision[] }) {
	const { t } = useTexts();
	const hall = useEditor((state) => state.history.now);
	const [other, setOther] = useState<Compared>();
	const [problem, setProblem] = useState<Problem>();
	const [id, setId] = useState(0);
	const read = async () => {
		const chosen = revisions.find((one) => one.id === id) ?? revisions[0];
		if (chosen === undefined) return;
		setProblem(undefined);
		try {
			setOther({ revision: chosen.revision, plan: await planOf(chosen.id) });
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			setProblem(failure);
		}
	};
	if (revisions.length === 0) return null;
	return (
		<>
			<Choice label={t("hall.compare.to")} value={String(id || revisions[0]!.id)} choose={(next) => setId(Number(next))}
				options={revisions.map((one) => [String(one.id), t("hall.revision", { n: one.revision })] as const)} />
			<button type="button" className="quiet" onClick={() => void read()}>{t("hall.compare")}</button>
			<Refused problem={problem} />
			{other !== undefined && <Difference before={other.plan} after={hall} revision={other.revision} />}
		</>
	);
}

type Outcome =
	| { is: "saved" | "same"; revision: number }
	/** Somebody else has made one since. */
	| { is: "newer"; by: api.ManagedRevision }
	| { is: "refused"; problem: Problem };

function Save(props: {
	hall: number;
	base: api.ManagedRevision | undefined;
	faults: readonly Fault[];
	made(revision: api.ManagedRevision): void;
	show(ids: ReadonlySet<string>): void;
}) {
	const { t, language } = useTexts();
	const { base } = props;
	const changed = useEditor(isChanged);
	const [outcome, setOutcome] = useState<Outcome>();
	const [busy, setBusy] = useState(false);
	const by = outcome?.is === "newer" ? outcome.by.changed_by : null;
	const user = useRead(by === null ? undefined : `user ${by}`, () => asMe((token) => api.getUser(token, by ?? 0)));
	const who = by === null ? "boxofficectl" : (user.data?.body.login_id ?? `#${by}`);
	const errors = props.faults.filter(({ error }) => error).length;

	const refused = (problem: Problem) => {
		setOutcome({ is: "refused", problem });
		const where = named(useEditor.getState().history.now, problem.document.field ?? "");
		if (where.section !== undefined) useEditor.setState({ section: where.section });
		if (where.things.size === 0) return;
		chooseThings(where.things);
		props.show(where.things);
	};
	const save = async (over: boolean) => {
		setBusy(true);
		setOutcome(undefined);
		try {
			const [newest] = (await asMe((token) => api.listRevisions(token, props.hall, 1))).items;
			if (!over && newest !== undefined && newest.id > (base?.id ?? 0)) {
				setOutcome({ is: "newer", by: newest });
				return;
			}
			const plan = writePlan(useEditor.getState().history.now);
			const made = await asMe((token) => api.makeRevision(token, props.hall, plan));
			saved();
			setOutcome({ is: made.id > (newest?.id ?? 0) ? "saved" : "same", revision: made.revision });
			props.made(made);
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			refused(failure);
		} finally {
			setBusy(false);
		}
	};
	return (
		<section>
			<h2>{base === undefined ? t("hall.no-revision") : t("hall.revision", { n: base.revision })}</h2>
			<button type="button" className="button" disabled={busy || errors > 0} onClick={() => void save(false)}>{t("hall.save")}</button>
			<p><small>{errors > 0 ? t("hall.save.errors", { n: errors }) : changed ? t("hall.unsaved") : t("hall.unchanged")}</small></p>
			{outcome?.is === "saved" && <Notice kind="good">{t("hall.saved", { n: outcome.revision })}</Notice>}
			{outcome?.is === "same" && <Notice>{t("hall.same", { n: outcome.revision })}</Notice>}
			{outcome?.is === "newer" && (
				<Notice kind="bad">
					<p>{t("hall.newer", { n: outcome.by.revision, who, when: moment(language, outcome.by.changed_at) })}</p>
					<button type="button" className="quiet" onClick={() => void save(true)}>{t("hall.save.over")}</button>
				</Notice>
			)}
			{outcome?.is === "refused" && (
				<Refused problem={outcome.problem}>
					<p><small>{outcome.problem.document.field} {outcome.problem.document.detail}</small></p>
				</Refused>
			)}
		</section>
	);
}

function Opened(props: { hall: number; revisions: api.ManagedRevision[]; at: number | undefined; again(): Promise<void> }) {
	const { t } = useTexts();
	const { revisions, at } = props;
	const [base, setBase] = useState(() => (at === undefined ? revisions[0] : revisions.find(({ id }) => id === at)));
	const [problem, setProblem] = useState<Problem>();
	const [ready, setReady] = useState(false);
	const [look, setLook] = useState<{ ids: ReadonlySet<string> }>();
	useEffect(() => {
		const read = async () => {
			try {
				open(base === undefined && at === undefined
					? newHall(sameName(t("hall.section.main")), sameName(t("hall.class.standard")))
					: await planOf(base?.id ?? at ?? 0));
				setReady(true);
			} catch (failure) {
				if (!(failure instanceof Problem)) throw failure;
				setProblem(failure);
			}
		};
		void read();
	}, []);
	if (problem !== undefined) return <Refused problem={problem} />;
	if (!ready) return <Waiting />;
	return (
		<Editor look={look} aside={(faults) => (
			<>
				<Save hall={props.hall} base={base} faults={faults} show={(ids) => setLook({ ids })} made={(revision) => {
					setBase(revision);
					void props.again();
				}} />
				<section>
					<h2>{t("hall.compare")}</h2>
					<Compare revisions={revisions} />
					<Import />
				</section>
			</>
		)} />
	);
}

/** at: a revision's id; undefined: the newest. */
export function Hall({ id, at }: { id: number; at?: number }) {
	const { t, language } = useTexts();
	const hall = useRead(`hall ${id}`, () => asMe((token) => api.getManagedHall(token, id)));
	const revisions = useRead(`revisions of ${id}`, () => asMe((token) => api.listRevisions(token, id)));
	const items = revisions.data?.items;
	return (
		<>
			<Heading aside={<p><Link href="/operator/halls">{t("halls.title")}</Link></p>}>{nameIn(language, hall.data?.body.name) || t("halls.hall")}</Heading>
			<Refused problem={hall.failure ?? revisions.failure} again={() => void Promise.all([hall.again(), revisions.again()])} />
			{items !== undefined && items.length > 1 && (
				<div className="hall-compare"><Choice label={t("hall.open")} value={String(at ?? items[0]!.id)} choose={(next) => goInstead(`/operator/halls/${id}/revisions/${next}`)}
					options={items.map((one) => [String(one.id), t("hall.revision.seats", { n: one.revision, seats: one.seat_count.toLocaleString(language) })] as const)} /></div>
			)}
			{items !== undefined && <Opened key={`${id} ${at}`} hall={id} revisions={items} at={at} again={revisions.again} />}
			{items === undefined && revisions.failure === undefined && <Waiting />}
		</>
	);
}

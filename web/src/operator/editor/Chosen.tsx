// SPDX-License-Identifier: BSD-2-Clause
//
// Chosen - the fields of what is chosen: a block, an area, a decoration, many
// things, seats
//
// Layer: operator/editor.  Uses: state, change, numbering, split.
import { useState } from "react";
import { useTexts } from "../words/words";
import { boxOf } from "./bounds";
import {
	align, duplicate, mirror, moveTo, price, remove, resizeBlock, retype, setBlocks, setDecoration,
	setSection, type Edge, type Side,
} from "./change";
import {
	AISLES_MAX, LABEL_MAX, NAME_MAX, PLACE_MAX, SEATS_MAX, STANDARD,
	type Area, type Block, type Decoration, type Hall, type Section,
} from "./document";
import { Choice, Entry, NamesEntry, NumberEntry } from "./Entry";
import { labelsOf } from "./labels";
import { bent, renumberBlock, type Numbering } from "./numbering";
import { columnsOf, placedOf } from "./place";
import { priceSeats, refOf, removeSeats, restoreSeats, retypeSeats, toggleAisle, toggleBreak } from "./split";
import { act, make, useEditor } from "./state";

const NUMBER_MAX = 1_000_000;
const MOST = 1000;
const TYPES = [STANDARD, "wheelchair", "companion", "couple", "recliner"];
const words = (text: string) => text.split(/[\s,]+/).filter((word) => word !== "");

function ClassChoice(props: { value: string; choose(key: string): void }) {
	const { t, language } = useTexts();
	const classes = useEditor((state) => state.history.now.classes);
	return (
		<Choice label={t("hall.class")} value={props.value} choose={props.choose}
			options={[["", t("hall.class.none")], ...classes.map(({ key, name }) => [key, name[language] || key] as const)]} />
	);
}

function TypeEntry(props: { value: string; commit(type: string): void }) {
	const { t } = useTexts();
	return (
		<>
			<Entry label={t("hall.type")} value={props.value} maxLength={64} pattern="[A-Za-z0-9._\-]+" list="hall-types"
				commit={(type) => /^[A-Za-z0-9._-]{1,64}$/.test(type) && props.commit(type)} />
			<datalist id="hall-types">{TYPES.map((type) => <option key={type} value={type} />)}</datalist>
		</>
	);
}

function BlockFields({ block }: { block: Block }) {
	const { t } = useTexts();
	const ids = new Set([block.id]);
	const change = (members: Partial<Block>) => act((hall) => setBlocks(hall, ids, members));
	const rows = labelsOf(block.from, block.to, block.skip)?.length ?? 1;
	const columns = columnsOf(block);
	const number = (by: Partial<Numbering>) =>
		act((hall) => renumberBlock(hall, block.id, {
			from: block.from, skip: block.skip, first: block.first, step: block.step,
			turnSeats: false, turnRows: false, ...by,
		}));
	const { arc } = block;
	const degrees = arc === undefined ? 0 : Math.abs(arc.from - arc.to);
	return (
		<>
			<div className="hall-fields">
				<NumberEntry label={t("hall.rows")} value={rows} min={1} max={MOST} whole
					commit={(n) => act((hall) => resizeBlock(hall, block.id, n, columns))} />
				<NumberEntry label={t("hall.columns")} value={columns} min={1} max={MOST} whole
					commit={(n) => act((hall) => resizeBlock(hall, block.id, rows, n))} />
				<Entry label={t("hall.from")} value={block.from} maxLength={16} commit={(from) => number({ from })} />
				<Entry label={t("hall.skip")} value={block.skip.join(", ")} commit={(text) => number({ skip: words(text) })} />
				<NumberEntry label={t("hall.first")} value={block.first} min={0} max={NUMBER_MAX} whole commit={(first) => number({ first })} />
				<Choice label={t("hall.step")} value={String(block.step)} choose={(step) => number({ step: Number(step) })}
					options={[["1", t("hall.step.all")], ["2", t(block.first % 2 === 1 ? "hall.step.odd" : "hall.step.even")]]} />
			</div>
			<div className="hall-buttons-row">
				<button type="button" className="quiet" onClick={() => number({ turnSeats: true })}>{t("hall.turn.seats")}</button>
				<button type="button" className="quiet" onClick={() => number({ turnRows: true })}>{t("hall.turn.rows")}</button>
			</div>
			<div className="hall-fields">
				<Entry label={t("hall.aisles")} value={block.aisles.join(", ")}
					commit={(text) => {
						const aisles = words(text).map(Number).filter((n) => Number.isInteger(n) && n >= block.first && n < block.last);
						change({ aisles: [...new Set(aisles)].sort((a, b) => a - b).slice(0, AISLES_MAX) });
					}} />
				<NumberEntry label={t("hall.aisle")} value={Math.abs(block.aisle)} min={0} max={100} commit={(aisle) => change({ aisle: block.dx < 0 ? -aisle : aisle })} />
				<NumberEntry label={t("hall.bend")} value={Math.round(degrees * 100) / 100} min={0} max={359}
					commit={(to) => change(bent(block, to))} />
				{arc === undefined
					? <NumberEntry label={t("hall.dx")} value={block.dx} min={-100} max={100} commit={(dx) => change({ dx })} />
					: <NumberEntry label={t("hall.radius")} value={arc.radius} min={0.01} max={PLACE_MAX} commit={(radius) => change({ arc: { ...arc, radius }, y: block.y + arc.radius - radius })} />}
				<NumberEntry label={t("hall.dy")} value={block.dy} min={-100} max={100} commit={(dy) => change({ dy })} />
				<NumberEntry label={t(arc === undefined ? "hall.x" : "hall.x.arc")} value={block.x} min={-PLACE_MAX} max={PLACE_MAX} commit={(x) => change({ x })} />
				<NumberEntry label={t(arc === undefined ? "hall.y" : "hall.y.arc")} value={block.y} min={-PLACE_MAX} max={PLACE_MAX} commit={(y) => change({ y })} />
			</div>
			{block.without.length > 0 && (
				<button type="button" className="quiet" onClick={() => act((hall) => restoreSeats(hall, ids))}>{t("hall.restore", { n: block.without.length })}</button>
			)}
		</>
	);
}

function AreaFields(props: { area: Area; change(area: Partial<Area>): void }) {
	const { t } = useTexts();
	const { area, change } = props;
	return (
		<div className="hall-fields">
			<NumberEntry label={t("hall.x")} value={area.x} min={-PLACE_MAX} max={PLACE_MAX} commit={(x) => change({ x })} />
			<NumberEntry label={t("hall.y")} value={area.y} min={-PLACE_MAX} max={PLACE_MAX} commit={(y) => change({ y })} />
			<NumberEntry label={t("hall.width")} value={area.width} min={0.01} max={PLACE_MAX} commit={(width) => change({ width })} />
			<NumberEntry label={t("hall.height")} value={area.height} min={0.01} max={PLACE_MAX} commit={(height) => change({ height })} />
		</div>
	);
}

function AdmissionFields({ section }: { section: Section }) {
	const { t } = useTexts();
	const change = (members: Partial<Section>) => act((hall) => setSection(hall, section.id, members));
	return (
		<>
			<div className="hall-fields">
				<Entry label={t("hall.key")} value={section.key} maxLength={64} commit={(key) => change({ key })} />
				<NumberEntry label={t("hall.capacity")} value={section.capacity} min={1} max={SEATS_MAX} whole commit={(capacity) => change({ capacity })} />
				<NamesEntry label={t("hall.name")} value={section.name} max={NAME_MAX} commit={(name) => change({ name })} />
				<Choice label={t("hall.kind")} value={section.kind === "counter" ? "counter" : "slot"} choose={(kind) => change({ kind })}
					options={[["slot", t("hall.kind.slot")], ["counter", t("hall.kind.counter")]]} />
			</div>
			<AreaFields area={section.area} change={(area) => change({ area: { ...section.area, ...area } })} />
		</>
	);
}

function DecorationFields({ one }: { one: Decoration }) {
	const { t } = useTexts();
	const change = (members: Partial<Decoration>) => act((hall) => setDecoration(hall, one.id, members));
	return (
		<>
			<div className="hall-fields"><NamesEntry label={t("hall.label")} value={one.label} max={LABEL_MAX} commit={(label) => change({ label })} /></div>
			<AreaFields area={one} change={change} />
		</>
	);
}

const EDGES: Edge[] = ["left", "centre", "right", "top", "middle", "bottom"];

function ThingTools({ hall, things }: { hall: Hall; things: ReadonlySet<string> }) {
	const { t, language } = useTexts();
	const [gap, setGap] = useState(2);
	const once = (side: Side) => make((now) => duplicate(now, things, side, gap));
	const sections = hall.sections.filter(({ kind }) => kind === "assigned");
	const its = sections.filter(({ blocks, seats }) => [...blocks, ...seats].some(({ id }) => things.has(id)));
	return (
		<>
			{things.size > 1 && (
				<div className="hall-buttons-row" role="group" aria-label={t("hall.align")}>
					{EDGES.map((edge) => <button key={edge} type="button" className="quiet" onClick={() => act((now) => align(now, things, edge))}>{t(`hall.align.${edge}`)}</button>)}
				</div>
			)}
			{its.length > 0 && sections.length > 1 && (
				<Choice label={t("hall.section")} value={its.length === 1 ? its[0]!.id : ""} choose={(id) => act((now) => moveTo(now, things, id))}
					options={[...(its.length > 1 ? [["", t("hall.several")] as const] : []), ...sections.map(({ id, key, name }) => [id, name[language] || key] as const)]} />
			)}
			<div className="hall-buttons-row">
				<button type="button" className="quiet" onClick={() => act((now) => mirror(now, things, "x"))}>{t("hall.mirror.x")}</button>
				<button type="button" className="quiet" onClick={() => act((now) => mirror(now, things, "y"))}>{t("hall.mirror.y")}</button>
				<button type="button" className="quiet" onClick={() => once("right")}>{t("hall.double.right")}</button>
				<button type="button" className="quiet" onClick={() => once("below")}>{t("hall.double.below")}</button>
				<button type="button" className="quiet" onClick={() => act((now) => remove(now, things))}>{t("hall.remove")}</button>
			</div>
			<div className="hall-fields"><NumberEntry label={t("hall.gap")} value={gap} min={0} max={100} commit={setGap} /></div>
		</>
	);
}

/** One value where all have the same; "": they differ. */
const common = (values: readonly string[]): string =>
	values.every((value) => value === values[0]) ? (values[0] ?? "") : "";

function Things({ hall, things }: { hall: Hall; things: ReadonlySet<string> }) {
	const { t } = useTexts();
	const has = ({ id }: { id: string }) => things.has(id);
	const blocks = hall.sections.flatMap((section) => section.blocks.filter(has));
	const singles = hall.sections.flatMap((section) => section.seats.filter(has));
	const areas = hall.sections.filter((section) => section.kind !== "assigned" && has(section));
	const decorations = hall.decorations.filter(has);
	const priced = [...blocks, ...singles, ...areas];
	const typed = [...blocks, ...singles];
	const one = things.size === 1;
	const n = blocks.reduce((sum, block) => sum + columnsOf(block) * (labelsOf(block.from, block.to, block.skip)?.length ?? 0) - block.without.length, singles.length);
	return (
		<section aria-label={t("hall.chosen")} key={[...things].join()}>
			<h2>{one && blocks.length === 1 ? t("hall.block", { n }) : one && areas.length === 1 ? t("hall.area") : one && decorations.length === 1 ? t(`hall.decoration.${decorations[0]!.kind}`) : t("hall.things", { n: things.size, seats: n })}</h2>
			{one && blocks.map((block) => <BlockFields key={block.id} block={block} />)}
			{one && areas.map((section) => <AdmissionFields key={section.id} section={section} />)}
			{one && decorations.map((decoration) => <DecorationFields key={decoration.id} one={decoration} />)}
			<div className="hall-fields">
				{priced.length > 0 && <ClassChoice value={common(priced.map(({ priceClass }) => priceClass))} choose={(key) => act((now) => price(now, things, key))} />}
				{typed.length > 0 && <TypeEntry value={common(typed.map(({ type }) => type))} commit={(type) => act((now) => retype(now, things, type))} />}
			</div>
			<ThingTools hall={hall} things={things} />
		</section>
	);
}

function Seats({ hall, seats }: { hall: Hall; seats: ReadonlySet<string> }) {
	const { t } = useTexts();
	const those = hall.sections.flatMap((section) => placedOf(section).seats.filter((seat) => seats.has(refOf(seat))));
	return (
		<section aria-label={t("hall.chosen")}>
			<h2>{t("hall.seats", { n: those.length })}</h2>
			<div className="hall-fields">
				<ClassChoice value={common(those.map(({ priceClass }) => priceClass))} choose={(key) => act((now) => priceSeats(now, seats, key))} />
				<TypeEntry value={common(those.map(({ type }) => type))} commit={(type) => act((now) => retypeSeats(now, seats, type))} />
			</div>
			<div className="hall-buttons-row">
				<button type="button" className="quiet" onClick={() => act((now) => toggleAisle(now, seats))}>{t("hall.aisle.toggle")}</button>
				<button type="button" className="quiet" onClick={() => act((now) => toggleBreak(now, seats))}>{t("hall.break.toggle")}</button>
				<button type="button" className="quiet" onClick={() => act((now) => removeSeats(now, seats))}>{t("hall.seats.remove")}</button>
			</div>
		</section>
	);
}

export function Chosen() {
	const hall = useEditor((state) => state.history.now);
	const things = useEditor((state) => state.things);
	const seats = useEditor((state) => state.seats);
	if (things.size > 0 && boxOf(hall, things) !== undefined) return <Things hall={hall} things={things} />;
	return seats.size > 0 ? <Seats hall={hall} seats={seats} /> : null;
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Lists - the sections and price classes of a hall, and the picture it is drawn
// by
//
// Layer: operator/editor.  Uses: state, change.
import { useState } from "react";
import { Notice } from "../../parts/Notice";
import { useTexts } from "../words/words";
import { freeKey, moveSection, setClass, setClasses, setSection } from "./change";
import { CLASSES_MAX, NAME_MAX, PLACE_MAX, SECTIONS_MAX, sameName, type PriceClass, type Section } from "./document";
import { Choice, Entry, NamesEntry, NumberEntry } from "./Entry";
import { placedOf } from "./place";
import { act, chooseThings, drawSection, dropSection, useEditor, type Trace } from "./state";

function SectionFields({ section }: { section: Section }) {
	const { t } = useTexts();
	const change = (members: Partial<Section>) => act((hall) => setSection(hall, section.id, members));
	return (
		<>
			<div className="hall-fields">
				<Entry label={t("hall.key")} value={section.key} maxLength={64} commit={(key) => change({ key })} />
				<NamesEntry label={t("hall.name")} value={section.name} max={NAME_MAX} commit={(name) => change({ name })} />
			</div>
			<div className="hall-buttons-row">
				<button type="button" className="quiet" onClick={() => chooseThings(new Set([section.id, ...section.blocks.map(({ id }) => id), ...section.seats.map(({ id }) => id)]))}>{t("hall.section.choose")}</button>
				<button type="button" className="quiet" onClick={() => act((hall) => moveSection(hall, section.id, -1))}>{t("hall.section.up")}</button>
				<button type="button" className="quiet" onClick={() => act((hall) => moveSection(hall, section.id, 1))}>{t("hall.section.down")}</button>
				{section.focus !== undefined && <button type="button" className="quiet" onClick={() => change({ focus: undefined })}>{t("hall.focus.usual")}</button>}
				<button type="button" className="quiet" onClick={() => dropSection(section.id)}>{t("hall.section.remove")}</button>
			</div>
		</>
	);
}

export function Sections() {
	const { t, language } = useTexts();
	const sections = useEditor((state) => state.history.now.sections);
	const at = useEditor((state) => state.section);
	const current = sections.find(({ id }) => id === at);
	const count = (one: Section) => (one.kind === "assigned" ? placedOf(one).seats.length : one.capacity);
	return (
		<section>
			<h2>{t("hall.sections")}</h2>
			{sections.length > 0 && (
				<Choice label={t("hall.section.at")} value={at} choose={(section) => useEditor.setState({ section })}
					options={sections.map((one) => [one.id, `${one.name[language] || one.key} · ${count(one).toLocaleString(language)}`] as const)} />
			)}
			{current !== undefined && <SectionFields key={current.id} section={current} />}
			{sections.length < SECTIONS_MAX && <button type="button" className="quiet" onClick={() => drawSection(sameName(t("hall.section.new")))}>{t("hall.section.add")}</button>}
		</section>
	);
}

function ClassFields({ one, index, drop }: { one: PriceClass; index: number; drop(): void }) {
	const { t } = useTexts();
	return (
		<li>
			<i className={`class-${index % 8}`} aria-hidden="true" />
			<div className="hall-fields">
				<Entry label={t("hall.key")} value={one.key} maxLength={64} commit={(key) => act((hall) => setClass(hall, one.key, { ...one, key }))} />
				<NamesEntry label={t("hall.name")} value={one.name} max={NAME_MAX} commit={(name) => act((hall) => setClass(hall, one.key, { ...one, name }))} />
			</div>
			<button type="button" className="quiet" aria-label={t("hall.class.remove", { key: one.key })} onClick={drop}>×</button>
		</li>
	);
}

export function Classes() {
	const { t, language } = useTexts();
	const classes = useEditor((state) => state.history.now.classes);
	const at = useEditor((state) => state.priceClass);
	const add = () => {
		const key = freeKey("class", new Set(classes.map((one) => one.key)));
		act((hall) => setClasses(hall, [...hall.classes, { key, name: sameName(key) }]));
		useEditor.setState({ priceClass: key });
	};
	return (
		<section>
			<h2>{t("hall.classes")}</h2>
			{classes.length > 0 && (
				<Choice label={t("hall.class.at")} value={at} choose={(priceClass) => useEditor.setState({ priceClass })}
					options={classes.map(({ key, name }) => [key, name[language] || key] as const)} />
			)}
			<ul className="hall-classes">
				{classes.map((one, index) => <ClassFields key={index} one={one} index={index} drop={() => act((hall) => setClasses(hall, hall.classes.filter((other) => other !== one)))} />)}
			</ul>
			{classes.length < CLASSES_MAX && <button type="button" className="quiet" onClick={add}>{t("hall.class.add")}</button>}
		</section>
	);
}

const PICTURES = ["image/png", "image/jpeg", "image/webp"];
/** A larger picture is made smaller. */
const SIDE_MAX = 4096;
const WIDE = 40;

/** Read in this browser; nobody is sent it. undefined: it is no picture. */
async function traced(file: File): Promise<Trace | undefined> {
	if (!PICTURES.includes(file.type)) return undefined;
	try {
		let image = await createImageBitmap(file);
		const side = Math.max(image.width, image.height);
		if (side > SIDE_MAX) {
			const resizeWidth = Math.round((image.width * SIDE_MAX) / side);
			image.close();
			image = await createImageBitmap(file, { resizeWidth });
		}
		return { image, x: 0, y: 0, width: WIDE, height: (WIDE * image.height) / image.width, opacity: 0.5 };
	} catch {
		return undefined;
	}
}

export function Tracing() {
	const { t } = useTexts();
	const trace = useEditor((state) => state.trace);
	const [wrong, setWrong] = useState(false);
	const change = (members: Partial<Trace>) => trace && useEditor.setState({ trace: { ...trace, ...members } });
	const read = async (file: File | undefined) => {
		if (file === undefined) return;
		const next = await traced(file);
		setWrong(next === undefined);
		if (next === undefined) return;
		trace?.image.close();
		useEditor.setState({ trace: next });
	};
	const drop = () => {
		trace?.image.close();
		useEditor.setState({ trace: undefined });
	};
	return (
		<section>
			<h2>{t("hall.trace")}</h2>
			<p><small>{t("hall.trace.stays")}</small></p>
			{wrong && <Notice kind="bad">{t("hall.trace.wrong")}</Notice>}
			<label className="field"><span>{t("hall.trace.file")}</span>
				<input type="file" accept={PICTURES.join()} onChange={(event) => void read(event.currentTarget.files?.[0])} />
			</label>
			{trace !== undefined && (
				<>
					<div className="hall-fields">
						<NumberEntry label={t("hall.x")} value={trace.x} min={-PLACE_MAX} max={PLACE_MAX} commit={(x) => change({ x })} />
						<NumberEntry label={t("hall.y")} value={trace.y} min={-PLACE_MAX} max={PLACE_MAX} commit={(y) => change({ y })} />
						<NumberEntry label={t("hall.width")} value={trace.width} min={0.1} max={PLACE_MAX} commit={(width) => change({ width, height: (width * trace.image.height) / trace.image.width })} />
						<NumberEntry label={t("hall.trace.opacity")} value={Math.round(trace.opacity * 100)} min={5} max={100} whole commit={(part) => change({ opacity: part / 100 })} />
					</div>
					<button type="button" className="quiet" onClick={drop}>{t("hall.trace.drop")}</button>
				</>
			)}
		</section>
	);
}

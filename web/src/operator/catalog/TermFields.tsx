// SPDX-License-Identifier: BSD-2-Clause
//
// TermFields - the fields of a performance: tickets and their prices, the sale, its
// rules, and what comes back
//
// Layer: operator.  Uses: parts.
import { type FormEvent } from "react";
import { Field } from "../../parts/Field";
import { optionsOf, Select } from "../parts/Select";
import { useTexts } from "../words/words";
import { nameIn, type Text } from "./texts";
import { codesOf, emptyStep, RULES, withoutType, withType, withTypeAs, type Fields, type StepFields, type TypeFields } from "./terms";

const TYPES_MAX = 16;
const STEPS_MAX = 10;
const MODES = ["off", "fifo", "auto", "lobby"];

export interface PriceClass {
	key: string;
	name: Text;
}

interface Shown {
	fields: Fields;
	set(fields: Fields): void;
}

type Texts = { [Name in keyof Fields]: Fields[Name] extends string ? Name : never }[keyof Fields];

type Entered = FormEvent<HTMLInputElement | HTMLSelectElement>;

/** value and onInput of a field that is a text. */
export function bound({ fields, set }: Shown, name: Texts) {
	return {
		value: fields[name],
		onInput: (event: Entered) => set({ ...fields, [name]: event.currentTarget.value }),
	};
}

function Check(props: { label: string; checked: boolean; turn(on: boolean): void }) {
	return (
		<label className="agree">
			<input type="checkbox" checked={props.checked} onChange={(event) => props.turn(event.currentTarget.checked)} /> {props.label}
		</label>
	);
}

function Types(shown: Shown) {
	const { t } = useTexts();
	const { fields, set } = shown;
	return (
		<fieldset>
			<legend>{t("terms.types")}</legend>
			{fields.types.length === 0 && <p>{t("terms.types.none")}</p>}
			{fields.types.map((type, at) => {
				const text = (name: "code" | "ko" | "en" | "min" | "max") => ({
					value: type[name],
					onInput: (event: FormEvent<HTMLInputElement>) => set(withTypeAs(fields, at, { [name]: event.currentTarget.value } as Partial<TypeFields>)),
				});
				const what = type.en || type.ko || type.code;
				return (
					<div key={at} className="form-row" role="group" aria-label={t("terms.type", { n: at + 1 })}>
						<Field label={t("terms.code")} {...text("code")} required pattern="[A-Za-z0-9._\-]{1,64}" autoComplete="off" />
						<Field label={t("hall.in.ko", { what: t("hall.name") })} {...text("ko")} maxLength={60} lang="ko" autoComplete="off" />
						<Field label={t("hall.in.en", { what: t("hall.name") })} {...text("en")} maxLength={60} lang="en" autoComplete="off" />
						<Field label={t("terms.min")} {...text("min")} type="number" min={1} max={20} />
						<Field label={t("terms.max")} {...text("max")} type="number" min={1} max={20} />
						<Check label={t("terms.proof")} checked={type.proof} turn={(proof) => set(withTypeAs(fields, at, { proof }))} />
						<button type="button" className="quiet" onClick={() => set(withoutType(fields, at))}>{t("terms.remove", { what })}</button>
					</div>
				);
			})}
			{fields.types.length < TYPES_MAX && <button type="button" className="quiet" onClick={() => set(withType(fields))}>{t("terms.add")}</button>}
		</fieldset>
	);
}

function Prices({ fields, set, classes }: Shown & { classes: PriceClass[] }) {
	const { t, language } = useTexts();
	const codes = codesOf(fields);
	const head = (code: string) => {
		const type = fields.types.find((one) => one.code === code);
		return type === undefined ? t("terms.price") : ((language === "ko" ? type.ko || type.en : type.en || type.ko) || code);
	};
	const write = (name: string, code: string, amount: string) =>
		set({ ...fields, prices: { ...fields.prices, [name]: { ...fields.prices[name], [code]: amount } } });
	return (
		<fieldset>
			<legend>{t("terms.prices")}</legend>
			<div className="form-row"><Field label={t("terms.currency")} {...bound({ fields, set }, "currency")} required pattern="[A-Za-z]{3}" autoComplete="off" /></div>
			{classes.length === 0 ? <p>{t("terms.prices.none")}</p> : (
				<div className="table prices">
					<table>
						<caption className="hidden">{t("terms.prices")}</caption>
						<thead>
							<tr><th scope="col">{t("hall.class")}</th>{codes.map((code) => <th key={code} scope="col">{head(code)}</th>)}</tr>
						</thead>
						<tbody>
							{classes.map(({ key, name }) => (
								<tr key={key}>
									<th scope="row">{nameIn(language, name)} <small>{key}</small></th>
									{codes.map((code) => (
										<td key={code}><input aria-label={`${nameIn(language, name)}, ${head(code)}`} inputMode="decimal" required autoComplete="off" value={fields.prices[key]?.[code] ?? ""} onInput={(event) => write(key, code, event.currentTarget.value)} /></td>
									))}
								</tr>
							))}
						</tbody>
					</table>
				</div>
			)}
		</fieldset>
	);
}

function Sale(shown: Shown) {
	const { t, say } = useTexts();
	return (
		<fieldset>
			<legend>{t("terms.sale")}</legend>
			<div className="form-row">
				<Field label={t("terms.opens")} {...bound(shown, "opens")} type="datetime-local" hint={t("terms.opens.hint")} />
				<Field label={t("terms.closes")} {...bound(shown, "closes")} type="datetime-local" hint={t("terms.closes.hint")} />
				<Field label={t("performance.limit.n")} {...bound(shown, "most")} type="number" min={1} max={20} hint={t("terms.usual")} />
				<Field label={t("terms.hold")} {...bound(shown, "holdS")} type="number" min={10} max={3600} hint={t("terms.usual")} />
				<Select label={t("col.line")} {...bound(shown, "mode")} options={optionsOf(MODES, (mode) => say(`mode.${mode}`))} />
				<Select label={t("terms.moves")} {...bound(shown, "moves")} options={optionsOf(["off", "class", "any"], (moves) => say(`moves.${moves}`))} />
				<Select label={t("terms.transfers")} {...bound(shown, "transfers")} options={optionsOf(["off", "on"], (transfers) => say(`transfers.${transfers}`))} />
			</div>
		</fieldset>
	);
}

function Rules({ fields, set }: Shown) {
	const { t, say } = useTexts();
	return (
		<fieldset>
			<legend>{t("terms.rules")}</legend>
			{RULES.map((rule) => {
				const { on, percent, minutes } = fields.rules[rule];
				const change = (to: Partial<Fields["rules"][typeof rule]>) =>
					set({ ...fields, rules: { ...fields.rules, [rule]: { on, percent, minutes, ...to } } });
				return (
					<div key={rule} className="form-row" role="group" aria-label={say(`rule.${rule}`)}>
						<Check label={say(`rule.${rule}`)} checked={on} turn={(next) => change({ on: next })} />
						{on && <Field label={t("terms.rule.percent")} type="number" min={0} max={100} value={percent} onInput={(event) => change({ percent: event.currentTarget.value })} />}
						{on && <Field label={t("terms.rule.minutes")} type="number" min={0} value={minutes} onInput={(event) => change({ minutes: event.currentTarget.value })} />}
					</div>
				);
			})}
		</fieldset>
	);
}

function Steps({ fields, set }: Shown) {
	const { t, say } = useTexts();
	const change = (at: number, to: Partial<StepFields>) =>
		set({ ...fields, steps: fields.steps.map((step, i) => (i === at ? { ...step, ...to } : step)) });
	return (
		<>
			{fields.steps.map((step, at) => (
				<div key={at} className="form-row" role="group" aria-label={t("terms.step", { n: at + 1 })}>
					<Field label={t("terms.step.percent")} type="number" min={1} max={100} required value={step.percent} onInput={(event) => change(at, { percent: event.currentTarget.value })} />
					<Field label={t("terms.step.fee")} inputMode="decimal" value={step.fee} onInput={(event) => change(at, { fee: event.currentTarget.value })} />
					<Field label={t("terms.step.until")} type="number" min={0} required value={step.n} onInput={(event) => change(at, { n: event.currentTarget.value })} />
					<Select label={t("terms.step.unit")} value={step.unit} onInput={(event) => change(at, { unit: event.currentTarget.value as StepFields["unit"] })} options={optionsOf(["days_before", "minutes_before"], (unit) => say(`unit.${unit}`))} />
					{fields.steps.length > 1 && <button type="button" className="quiet" onClick={() => set({ ...fields, steps: fields.steps.filter((_, i) => i !== at) })}>{t("terms.remove", { what: t("terms.step", { n: at + 1 }) })}</button>}
				</div>
			))}
			{fields.steps.length < STEPS_MAX && <button type="button" className="quiet" onClick={() => set({ ...fields, steps: [...fields.steps, emptyStep] })}>{t("terms.step.add")}</button>}
			<div className="form-row">
				<Field label={t("terms.grace.hours")} {...bound({ fields, set }, "graceHours")} type="number" min={1} max={8784} />
				<Field label={t("terms.grace.days")} {...bound({ fields, set }, "graceDays")} type="number" min={0} max={366} />
			</div>
		</>
	);
}

function Policy(shown: Shown) {
	const { t, say } = useTexts();
	return (
		<fieldset>
			<legend>{t("performance.policy")}</legend>
			<p>{t("performance.refunds.lead")}</p>
			<Select label={t("performance.policy")} {...bound(shown, "policy")} options={[
				{ value: "", label: t("performance.policy.none") }, ...optionsOf(["concert", "film", "own"], (name) => say(`policy.${name}`)),
			]} />
			{shown.fields.policy === "own" && <Steps {...shown} />}
		</fieldset>
	);
}

export function TermFields(props: Shown & { classes: PriceClass[] }) {
	const { classes, ...shown } = props;
	return (
		<>
			<Types {...shown} />
			<Prices {...shown} classes={classes} />
			<Sale {...shown} />
			<Rules {...shown} />
			<Policy {...shown} />
		</>
	);
}

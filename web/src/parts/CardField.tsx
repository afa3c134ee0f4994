// SPDX-License-Identifier: BSD-2-Clause
//
// CardField - where the provider's form for a card is
//
// Layer: parts.  Uses: state, api.
import { useEffect, useId, useRef, useState } from "react";
import type { PaymentForm } from "../api/calls";
import { openCardForm, type CardForm } from "../state/card";
import { useWords } from "../state/language";
import { Notice } from "./Notice";

export function CardField(props: {
	form: PaymentForm;
	wrong: boolean;
	/** It can be asked now; undefined: not any more. */
	opened(form: CardForm | undefined): void;
}) {
	const { t, language } = useWords();
	const id = useId();
	const place = useRef<HTMLDivElement>(null);
	const [failed, fail] = useState(false);
	const { form, opened } = props;
	useEffect(() => {
		let open: CardForm | undefined;
		let gone = false;
		fail(false);
		openCardForm(form, language).then(
			(card) => {
				if (gone || place.current === null) return card.close();
				open = card;
				card.mount(place.current);
				opened(card);
			},
			() => {
				if (!gone) fail(true);
			},
		);
		return () => {
			gone = true;
			open?.close();
			opened(undefined);
		};
	}, [form.script, form.key, language]);
	return (
		<>
			<p className="card-name" id={id}>{t("card.number")}</p>
			<div className="card-field" ref={place} role="group" aria-labelledby={id} />
			{props.wrong && <p className="wrong" role="alert">{t("card.incomplete")}</p>}
			{failed && <Notice kind="bad">{t("card.no-form")}</Notice>}
		</>
	);
}

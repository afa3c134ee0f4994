// SPDX-License-Identifier: BSD-2-Clause
//
// form - what is asked for when a form is sent
//
// Layer: state.  Uses: api.
import { useState, type FormEvent } from "react";
import { Problem } from "../api/client";

/** Runs what a form asks for; what was refused, and whether it runs. */
export function useForm(submit: (form: FormData) => Promise<void>) {
	const [problem, setProblem] = useState<Problem>();
	const [busy, setBusy] = useState(false);
	const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
		event.preventDefault();
		setBusy(true);
		setProblem(undefined);
		try {
			await submit(new FormData(event.currentTarget));
		} catch (failure) {
			if (!(failure instanceof Problem)) throw failure;
			setProblem(failure);
		} finally {
			setBusy(false);
		}
	};
	return {
		problem,
		busy,
		onSubmit: (event: FormEvent<HTMLFormElement>) => void onSubmit(event),
	};
}

/** What a field of it says; "" where there is none. */
export const textOf = (form: FormData, name: string): string =>
	String(form.get(name) ?? "");

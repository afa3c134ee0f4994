// SPDX-License-Identifier: BSD-2-Clause
//
// Letters - messages that a consumer could not take: tried once more, or dropped
//
// Layer: operator.  Uses: parts, state.
import { Heading } from "../../parts/Frame";
import { Waiting } from "../../parts/Waiting";
import { useRead } from "../../state/read";
import { go, goInstead } from "../../state/route";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import * as api from "../calls";
import { Ask, whyOf } from "../parts/Ask";
import { Facts } from "../parts/Facts";
import { List } from "../parts/List";
import { Refusal } from "../parts/Refusal";
import { useTexts } from "../words/words";

function Moves({ letter, done }: { letter: api.DeadLetter; done(): void }) {
	const { t } = useTexts();
	const end = (move: "retry" | "drop") => async (form: FormData) => {
		await asMe((token) => api.endDeadLetter(token, letter.id, move, whyOf(form)));
		done();
	};
	return (
		<span className="row-buttons">
			<Ask title={t("letter.retry")} lead={t("letter.retry.lead")} does={end("retry")} />
			<Ask title={t("letter.drop")} lead={t("letter.drop.lead")} typed={String(letter.id)} does={end("drop")} />
		</span>
	);
}

export function DeadLetters() {
	const { t, language } = useTexts();
	// The list is another one when a letter has gone.
	const again = () => goInstead(location.pathname + location.search);
	return (
		<List title={t("nav.letters")} name="dead letters" read={api.listDeadLetters} keyOf={(one) => one.id} link={(one) => `/operator/dead-letters/${one.id}`} columns={[
			{ head: t("col.id"), cell: (one) => one.id },
			{ head: t("letter.consumer"), cell: (one) => one.consumer },
			{ head: t("col.what"), cell: (one) => one.kind },
			{ head: t("col.about"), cell: (one) => one.about },
			{ head: t("letter.error"), cell: (one) => one.error },
			{ head: t("letter.tries"), cell: (one) => one.attempts, number: true },
			{ head: t("col.at"), cell: (one) => moment(language, one.dead_at) },
			{ head: t("col.do"), cell: (one) => <Moves letter={one} done={again} /> },
		]} />
	);
}

export function DeadLetterPage({ id }: { id: number }) {
	const { t, language } = useTexts();
	const read = useRead(`dead letter ${id}`, () => asMe((token) => api.getDeadLetter(token, id)));
	const one = read.data;
	if (one === undefined)
		return read.failure === undefined ? <Waiting /> : <Refusal problem={read.failure} again={() => void read.again()} />;
	return (
		<>
			<Heading>{t("letter.title", { id })}</Heading>
			<Facts facts={[
				[t("letter.consumer"), one.consumer],
				[t("col.what"), one.kind],
				[t("col.about"), one.about],
				[t("letter.tries"), one.attempts],
				[t("col.at"), moment(language, one.dead_at)],
				[t("letter.error"), one.error],
			]} />
			<p className="buttons"><Moves letter={one} done={() => go("/operator/dead-letters")} /></p>
			<h2>{t("letter.payload")}</h2>
			<pre><code>{JSON.stringify(one.payload, null, 2)}</code></pre>
		</>
	);
}

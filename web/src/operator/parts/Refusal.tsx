// SPDX-License-Identifier: BSD-2-Clause
//
// Refusal - why something was refused, as far as an operator can do something
// about it
//
// Layer: operator.  Uses: parts, state, api.
import type { Problem } from "../../api/client";
import { Notice, Refused } from "../../parts/Notice";
import { useRead } from "../../state/read";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import { getUser } from "../calls";
import { useTexts, type Word } from "../words/words";

/** What buyers are not told, and the page of operators is. */
const known: Record<string, Word> = {
	"in-use": "refusal.in-use",
	"no-such-move": "refusal.no-such-move",
	"invalid-field": "refusal.invalid-field",
	"seat-taken": "refusal.seat-taken",
	"forbidden": "refusal.forbidden",
	"password-required": "refusal.password",
};

/** Somebody else was here since it was looked at. */
function Changed({ problem }: { problem: Problem }) {
	const { t, language } = useTexts();
	const { changed_by: by, changed_at: at } = problem.document;
	const user = useRead(by == null ? undefined : `user ${by}`, () => asMe((token) => getUser(token, by ?? 0)));
	const who = by == null ? t("refusal.nobody") : (user.data?.body.login_id ?? `#${by}`);
	return <p>{at === undefined ? t("refusal.changed") : t("refusal.changed-by", { who, at: moment(language, at) })}</p>;
}

export function Refusal(props: { problem: Problem | undefined; again?: (() => void) | undefined }) {
	const { t, b } = useTexts();
	const { problem, again } = props;
	if (problem === undefined) return null;
	const word = known[problem.slug];
	if (word === undefined && problem.slug !== "precondition-failed")
		return <Refused problem={problem} again={again} />;
	const { field, detail, least } = problem.document;
	return (
		<Notice kind="bad">
			{word === undefined ? <Changed problem={problem} /> : <p>{t(word, { field: field ?? "" })}</p>}
			{detail !== undefined && problem.slug !== "password-required" && <p lang="en"><small>{detail}</small></p>}
			{least !== undefined && <p>{t("refusal.least", { n: least })}</p>}
			{again !== undefined && <button type="button" className="quiet" onClick={again}>{b("again")}</button>}
		</Notice>
	);
}

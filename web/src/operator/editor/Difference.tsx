// SPDX-License-Identifier: BSD-2-Clause
//
// Difference - what the hall that is drawn has of seats that another plan has
// not
//
// Layer: operator/editor.  Uses: compare.
import { Notice } from "../../parts/Notice";
import { useTexts } from "../words/words";
import { compare, isSame } from "./compare";
import type { Hall } from "./document";

/** So many are named. */
const NAMED_MAX = 40;

function Some(props: { title: string; names: readonly string[] }) {
	const { t } = useTexts();
	const { names } = props;
	if (names.length === 0) return null;
	return (
		<>
			<h3>{props.title} · {names.length}</h3>
			<p><small>{names.slice(0, NAMED_MAX).join(", ")}{names.length > NAMED_MAX && ` ${t("hall.more", { n: names.length - NAMED_MAX })}`}</small></p>
		</>
	);
}

export function Difference(props: { before: Hall; after: Hall; revision: number }) {
	const { t } = useTexts();
	const found = compare(props.before, props.after);
	return (
		<section aria-label={t("hall.compare")}>
			<h2>{t("hall.compare.with", { n: props.revision })}</h2>
			{isSame(found) && <Notice kind="good">{t("hall.compare.same")}</Notice>}
			<Some title={t("hall.compare.added")} names={found.added} />
			<Some title={t("hall.compare.removed")} names={found.removed} />
			<Some title={t("hall.compare.renamed")} names={found.renamed.map(({ from, to }) => `${from} → ${to}`)} />
			<Some title={t("hall.compare.moved")} names={found.moved} />
			<Some title={t("hall.compare.changed")} names={found.changed} />
			<Some title={t("hall.compare.areas")} names={found.areas} />
		</section>
	);
}

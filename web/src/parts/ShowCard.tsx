// SPDX-License-Identifier: BSD-2-Clause
//
// ShowCard - a show among others
//
// Layer: parts.  Uses: state, api (types).
import type { Show } from "../api/calls";
import { useWords } from "../state/language";
import { Link } from "./Link";
import { Poster } from "./Poster";

export function Age({ show }: { show: Show }) {
	const { t } = useWords();
	const all = show.age_rating === "ALL";
	return (
		<span className="age" title={all ? t("age.all") : t("age.from", { age: show.age_rating })}>
			{all ? t("age.all") : `${show.age_rating}+`}
		</span>
	);
}

export function ShowCard({ show, first }: { show: Show; first: boolean }) {
	const { t } = useWords();
	return (
		<li className="show-card">
			<Link href={`/shows/${show.id}`}>
				<Poster show={show} first={first} />
				<strong>{show.title}</strong>
			</Link>
			<p className="facts">
				<span>{t(`kind.${show.kind}`)}</span>
				<span>{t("minutes", { n: show.running_minutes })}</span>
				<Age show={show} />
			</p>
			{show.next_starts_at === null && <p className="soon">{t("soon")}</p>}
		</li>
	);
}

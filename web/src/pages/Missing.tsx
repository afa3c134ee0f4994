// SPDX-License-Identifier: BSD-2-Clause
//
// Missing - where there is nothing
//
// Layer: pages.  Uses: parts, state.
import { Heading } from "../parts/Frame";
import { Link } from "../parts/Link";
import { useWords } from "../state/language";

export function Missing() {
	const { t } = useWords();
	return (
		<div className="narrow">
			<Heading>{t("missing.title")}</Heading>
			<p className="lead">{t("missing.lead")}</p>
			<p><Link className="button" href="/">{t("nav.shows")}</Link></p>
		</div>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Missing - where there is nothing
//
// Layer: operator.  Uses: parts.
import { Heading } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { useTexts } from "../words/words";

export function Missing() {
	const { t, b } = useTexts();
	return (
		<div className="narrow">
			<Heading>{b("missing.title")}</Heading>
			<p className="lead">{b("missing.lead")}</p>
			<p><Link className="button" href="/operator">{t("nav.today")}</Link></p>
		</div>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Missing, Broken - where there is nothing, and where we made a mistake
//
// Layer: pages.  Uses: parts, state.
import { Component, type ReactNode } from "react";
import { Heading } from "../parts/Frame";
import { Link } from "../parts/Link";
import { useWords } from "../state/language";
import { report } from "../state/report";

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

function Broken() {
	const { t } = useWords();
	return (
		<div className="narrow" role="alert">
			<Heading>{t("broken.title")}</Heading>
			<p className="lead">{t("broken.lead")}</p>
			<button type="button" className="button" onClick={() => location.reload()}>{t("broken.reload")}</button>
		</div>
	);
}

/** A page that breaks takes only itself along. */
export class Safe extends Component<{ children: ReactNode }, { broken: boolean }> {
	override state = { broken: false };

	static getDerivedStateFromError() {
		return { broken: true };
	}

	override componentDidCatch(failure: unknown) {
		console.error(failure);
		report(failure);
	}

	override render() {
		return this.state.broken ? <Broken /> : this.props.children;
	}
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Safe - where we made a mistake: what breaks takes only itself along
//
// Layer: parts.  Uses: state.
import { Component, type ReactNode } from "react";
import { useWords } from "../state/language";
import { report } from "../state/report";
import { Heading } from "./Frame";

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

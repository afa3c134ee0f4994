// SPDX-License-Identifier: BSD-2-Clause
//
// Notice - a word to the reader: what went wrong, what is going on
//
// Layer: parts.  Uses: state, api.
import type { ReactNode } from "react";
import type { Problem } from "../api/client";
import { useWords } from "../state/language";
import { problemKey } from "../state/problems";

export function Notice(props: {
	kind?: "bad" | "good" | "plain";
	children: ReactNode;
}) {
	const kind = props.kind ?? "plain";
	return (
		<div className={`notice ${kind}`} role={kind === "bad" ? "alert" : "status"}>
			{props.children}
		</div>
	);
}

export function Refused(props: {
	problem: Problem | undefined;
	again?: (() => void) | undefined;
	children?: ReactNode;
}) {
	const { t } = useWords();
	const { problem } = props;
	if (problem === undefined) return null;
	const holes = {
		remaining: problem.document.remaining ?? 0,
		largest: problem.document.largest ?? 0,
		seconds: problem.retryAfterS,
	};
	return (
		<Notice kind="bad">
			<p>{t(problemKey(problem), holes)}</p>
			{props.children}
			{props.again !== undefined && (
				<button type="button" className="quiet" onClick={props.again}>
					{t("again")}
				</button>
			)}
		</Notice>
	);
}

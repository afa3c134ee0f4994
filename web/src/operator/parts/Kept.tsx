// SPDX-License-Identifier: BSD-2-Clause
//
// Kept - what is shown this once is copied or printed before it goes
//
// Layer: operator.  Uses: parts.
import { useState } from "react";
import { Notice } from "../../parts/Notice";
import { useTexts } from "../words/words";

export function Kept({ text, kept }: { text: string; kept(): void }) {
	const { t } = useTexts();
	const [copied, setCopied] = useState<boolean>();
	const copy = () =>
		navigator.clipboard.writeText(text).then(() => setCopied(true), () => setCopied(false));
	return (
		<div className="no-print">
			{copied === true && <Notice kind="good">{t("kept.copied")}</Notice>}
			{copied === false && <Notice kind="bad">{t("kept.copied.not")}</Notice>}
			<p className="buttons">
				<button type="button" className="quiet" onClick={() => void copy()}>{t("kept.copy")}</button>
				<button type="button" className="quiet" onClick={() => window.print()}>{t("print.do")}</button>
				<button type="button" className="button" onClick={kept}>{t("kept.done")}</button>
			</p>
		</div>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Waiting - in the place of what is being read
//
// Layer: parts.  Uses: state.
import { useWords } from "../state/language";

export function Waiting() {
	const { t } = useWords();
	return (
		<div className="waiting" role="status">
			<span className="hidden">{t("waiting")}</span>
			<i /> <i /> <i />
		</div>
	);
}

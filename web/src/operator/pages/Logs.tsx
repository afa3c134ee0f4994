// SPDX-License-Identifier: BSD-2-Clause
//
// Logs - what operators did, and what buyers' browsers told
//
// Layer: operator.  Uses: parts, state.
import { Link } from "../../parts/Link";
import { moment } from "../../words/words";
import * as api from "../calls";
import { List } from "../parts/List";
import { useTexts } from "../words/words";

export function AuditLog() {
	const { t, language } = useTexts();
	return (
		<List title={t("nav.audit")} name="audit log" read={api.listAuditLog} keyOf={(one) => one.id}
			filters={[
				{ name: "object", label: t("find.object") },
				{ name: "user_id", label: t("find.id"), type: "number" },
			]}
			columns={[
				{ head: t("col.what"), cell: (one) => one.action },
				{ head: t("col.about"), cell: (one) => one.object },
				{ head: t("col.who"), cell: (one) => one.user_id === null ? "boxofficectl" : <Link href={`/operator/users/${one.user_id}`}>{one.login_id ?? `#${one.user_id}`}</Link> },
				{ head: t("col.why"), cell: (one) => one.reason ?? "–" },
				{ head: t("col.at"), cell: (one) => moment(language, one.at) },
				{ head: t("col.detail"), cell: (one) => <code>{JSON.stringify(one.detail)}</code> },
			]} />
	);
}

const LEVELS = ["error", "warn", "info", "debug"];

export function ClientLogs() {
	const { t, language } = useTexts();
	return (
		<List title={t("nav.client")} name="client logs" read={api.listClientLogs} keyOf={(one) => one.id}
			filters={[
				{ name: "q", label: t("find.text") },
				{ name: "level", label: t("find.level"), options: LEVELS.map((value) => ({ value, label: value })) },
				{ name: "user_id", label: t("find.id"), type: "number" },
				{ name: "release", label: t("find.release") },
			]}
			columns={[
				{ head: t("col.what"), cell: (one) => one.message },
				{ head: t("find.level"), cell: (one) => one.level },
				{ head: t("col.who"), cell: (one) => one.login_id ?? "–" },
				{ head: t("find.release"), cell: (one) => one.release ?? "–" },
				{ head: t("col.at"), cell: (one) => moment(language, one.at) },
				{ head: t("col.detail"), cell: (one) => <code>{one.context}</code> },
			]} />
	);
}

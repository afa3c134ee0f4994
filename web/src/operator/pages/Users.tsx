// SPDX-License-Identifier: BSD-2-Clause
//
// Users - found; one, with his role, and whether he may log in
//
// Layer: operator.  Uses: parts, state.
import { Heading } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { Waiting } from "../../parts/Waiting";
import { textOf } from "../../state/form";
import { useRead } from "../../state/read";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import { addressOf } from "../address";
import * as api from "../calls";
import { Ask, whyOf } from "../parts/Ask";
import { Facts } from "../parts/Facts";
import { List } from "../parts/List";
import { Refusal } from "../parts/Refusal";
import { useTexts } from "../words/words";

const ROLES: api.Role[] = ["USER", "STAFF", "GATE", "ADMIN"];

export function Users() {
	const { t, say, language } = useTexts();
	return (
		<List title={t("nav.users")} name="users" read={(token, query) => api.listUsers(token, { order: "-id", ...query })}
			keyOf={(one) => one.id} link={(one) => `/operator/users/${one.id}`}
			filters={[
				{ name: "q", label: t("find.user") },
				{ name: "role", label: t("col.role"), options: ROLES.map((value) => ({ value, label: say(`role.${value}`) })) },
				{ name: "disabled", label: t("user.login"), options: [{ value: "true", label: t("user.disabled") }, { value: "false", label: t("user.enabled") }] },
			]}
			columns={[
				{ head: t("col.who"), cell: (one) => one.login_id },
				{ head: t("col.name"), cell: (one) => one.name },
				{ head: t("col.mail"), cell: (one) => one.email },
				{ head: t("col.role"), cell: (one) => say(`role.${one.role}`) },
				{ head: t("user.login"), cell: (one) => one.disabled ? t("user.disabled") : t("user.enabled") },
				{ head: t("col.since"), cell: (one) => moment(language, one.created_at) },
			]} />
	);
}

export function UserPage({ id }: { id: number }) {
	const { t, say, language } = useTexts();
	const read = useRead(`user ${id}`, () => asMe((token) => api.getUser(token, id)));
	if (read.data === undefined)
		return read.failure === undefined ? <Waiting /> : <Refusal problem={read.failure} again={() => void read.again()} />;
	const { body: one, version } = read.data;
	const change = async (body: { role?: api.Role; disabled?: boolean }, form: FormData) => {
		await asMe((token) => api.changeUser(token, id, version, { ...body, reason: whyOf(form) }));
		await read.again();
	};
	return (
		<>
			<Heading>{one.login_id}</Heading>
			<Facts facts={[
				[t("col.name"), one.name],
				[t("col.mail"), one.email],
				[t("col.role"), say(`role.${one.role}`)],
				[t("user.login"), one.disabled ? t("user.disabled") : t("user.enabled")],
				[t("col.since"), moment(language, one.created_at)],
				[t("performance.changed"), moment(language, one.changed_at)],
			]} />
			<p className="buttons">
				<Ask title={t("user.role")} lead={t("user.role.lead")} does={(form) => change({ role: textOf(form, "role") as api.Role }, form)}>
					<p className="field">
						<label>{t("col.role")}
							<select name="role" defaultValue={one.role}>
								{ROLES.map((role) => <option key={role} value={role}>{say(`role.${role}`)}</option>)}
							</select>
						</label>
					</p>
				</Ask>
				{one.disabled
					? <Ask title={t("user.enable")} does={(form) => change({ disabled: false }, form)} />
					: <Ask title={t("user.disable")} lead={t("user.disable.lead")} typed={one.login_id} does={(form) => change({ disabled: true }, form)} />}
				<Link className="quiet" href={addressOf("/operator/reservations", { login: one.login_id })}>{t("nav.reservations")}</Link>
				<Link className="quiet" href={addressOf("/operator/payments", { login: one.login_id })}>{t("nav.payments")}</Link>
				{one.role !== "USER" && <Link className="quiet" href={addressOf("/operator/audit", { user_id: id })}>{t("user.did")}</Link>}
			</p>
		</>
	);
}

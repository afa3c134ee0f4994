// SPDX-License-Identifier: BSD-2-Clause
//
// Door - a page is shown to whom it is for; others log in, in its place
//
// The address stays, so that who has logged in is where he wanted to be.
//
// Layer: operator.  Uses: parts, state.
import type { ReactNode } from "react";
import { Heading } from "../../parts/Frame";
import { Waiting } from "../../parts/Waiting";
import { logOut, useSession } from "../../state/session";
import { isLetIn, type OperatorRole } from "../role";
import { useTexts } from "../words/words";
import { Login } from "./Login";

function NotYours() {
	const { t } = useTexts();
	const name = useSession((state) => state.user?.login_id ?? "");
	return (
		<div className="narrow">
			<Heading>{t("door.title")}</Heading>
			<p className="lead">{t("door.lead", { name })}</p>
			<button type="button" className="button" onClick={() => void logOut()}>{t("door.other")}</button>
		</div>
	);
}

export function Door(props: { who: OperatorRole; children: ReactNode }) {
	const { who, user } = useSession();
	if (who === "nobody") return <Login />;
	if (user === undefined) return <Waiting />;
	return isLetIn(user.role, props.who) ? <>{props.children}</> : <NotYours />;
}

// SPDX-License-Identifier: BSD-2-Clause
//
// Door - a page is shown to whom it is for; others log in, in its place
//
// The address stays, so that who has logged in is where he wanted to be.
//
// Layer: operator.  Uses: parts, state.
import type { ReactNode } from "react";
import { Heading } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { Waiting } from "../../parts/Waiting";
import { logOut, useSession } from "../../state/session";
import { isLetIn, lacksFactor, type Audience } from "../role";
import { useTexts } from "../words/words";
import { Login } from "./Login";

function Other({ look }: { look: "button" | "quiet" }) {
	const { t } = useTexts();
	return <button type="button" className={look} onClick={() => void logOut()}>{t("door.other")}</button>;
}

function NotYours({ name }: { name: string }) {
	const { t } = useTexts();
	return (
		<div className="narrow">
			<Heading>{t("door.title")}</Heading>
			<p className="lead">{t("door.lead", { name })}</p>
			<p className="buttons"><Other look="button" /></p>
		</div>
	);
}

function FactorFirst({ name }: { name: string }) {
	const { t } = useTexts();
	return (
		<div className="narrow">
			<Heading>{t("door.factor")}</Heading>
			<p className="lead">{t("door.factor.lead", { name })}</p>
			<p className="buttons">
				<Link className="button" href="/operator/account">{t("factor.begin")}</Link>
				<Other look="quiet" />
			</p>
		</div>
	);
}

export function Door(props: { who: Audience; children: ReactNode }) {
	const { who, user } = useSession();
	if (who === "nobody") return <Login />;
	if (user === undefined) return <Waiting />;
	if (isLetIn(user, props.who)) return <>{props.children}</>;
	return lacksFactor(user) ? <FactorFirst name={user.login_id} /> : <NotYours name={user.login_id} />;
}

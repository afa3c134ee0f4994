// SPDX-License-Identifier: BSD-2-Clause
//
// session - who is logged in
//
// The access token is in memory only; what renews it is a cookie that no
// script sees. Tabs renew one at a time, under a lock, and tell each other
// what they got; that somebody is logged in at all is kept, so that who is not
// asks for nothing.
//
// Layer: state.  Uses: api.
import { create } from "zustand";
import * as api from "../api/calls";
import { Problem } from "../api/client";
import { forgetTickets } from "./kept_tickets";
import { forgetReads } from "./read";
import { keep, recall } from "./store";

interface SessionState {
	/** "maybe": a session is kept, and nobody has asked whether it lasts */
	who: "nobody" | "maybe" | "somebody";
	user: api.User | undefined;
}

export const useSession = create<SessionState>(() => ({
	who: recall("session", false) ? "maybe" : "nobody",
	user: undefined,
}));

interface Access {
	token: string;
	/** When to get another, by our clock. */
	untilMs: number;
}

type Message = { is: "in"; access: Access } | { is: "out" };

let access: Access | undefined;
const channel = new BroadcastChannel("bo-session");

/** A quarter of a minute for the way to the server. */
const MARGIN_MS = 15_000;

function isFresh(a: Access | undefined): a is Access {
	return a !== undefined && a.untilMs > Date.now();
}

function entered(next: Access): void {
	access = next;
	keep("session", true);
	if (useSession.getState().who === "somebody") return;
	forgetReads();
	useSession.setState({ who: "somebody" });
}

function left(): void {
	access = undefined;
	keep("session", undefined);
	forgetReads();
	void forgetTickets();
	useSession.setState({ who: "nobody", user: undefined });
}

channel.addEventListener("message", (event: MessageEvent<Message>) => {
	if (event.data.is === "in") {
		entered(event.data.access);
		void whoAmI();
	} else {
		left();
	}
});

function take(tokens: api.Tokens): string {
	const next: Access = {
		token: tokens.access_token,
		untilMs: Date.now() + tokens.expires_in * 1000 - MARGIN_MS,
	};
	entered(next);
	channel.postMessage({ is: "in", access: next } satisfies Message);
	return next.token;
}

/** One at a time in this browser; not the token that was refused. */
async function renew(refused?: string): Promise<string> {
	return navigator.locks.request("bo-refresh", async () => {
		if (isFresh(access) && access.token !== refused) return access.token;
		try {
			return take(await api.refresh());
		} catch (failure) {
			if (failure instanceof Problem && [401, 403].includes(failure.status)) {
				left();
				channel.postMessage({ is: "out" } satisfies Message);
			}
			throw failure;
		}
	});
}

async function token(): Promise<string> {
	if (isFresh(access)) return access.token;
	if (useSession.getState().who === "nobody")
		throw new Problem(401, { type: "/problems/unauthenticated" });
	return renew();
}

/**
 * Ask something as who is logged in. A token that has ended in between is
 * renewed once; who is nobody gets the 401 that the server would give.
 */
export async function asMe<T>(call: (token: string) => Promise<T>): Promise<T> {
	const mine = await token();
	try {
		return await call(mine);
	} catch (failure) {
		if (!(failure instanceof Problem) || failure.slug !== "invalid-token")
			throw failure;
		return call(await renew(mine));
	}
}

export async function whoAmI(): Promise<void> {
	if (useSession.getState().who === "nobody") return;
	try {
		useSession.setState({ user: await asMe(api.me), who: "somebody" });
	} catch {
		// Nobody after all (renew has said so), or the network: asked again.
	}
}

/** What he may do has changed: so does what his token says. */
export async function enterAnew(): Promise<void> {
	await renew(access?.token);
	await whoAmI();
}

/** code: of a second factor; "": none is said. */
export async function logIn(loginId: string, password: string, code = ""): Promise<void> {
	take(await api.login(loginId, password, code));
	await whoAmI();
}

export async function logOut(): Promise<void> {
	await api.logout();
	left();
	channel.postMessage({ is: "out" } satisfies Message);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// card - asking a buyer for a card by the provider's own form
//
// The number never comes to us: the form gives a name for it, a source.
//
// Source: docs.stripe.com/js (Stripe, elements, createPaymentMethod).
//
// Layer: state.  Uses: api.
import type { PaymentForm } from "../api/calls";
import { loadScript } from "./script";

interface Field {
	mount(place: HTMLElement): void;
	destroy(): void;
}
interface Stripe {
	elements(how: { locale: string }): {
		create(kind: "card", how: { hidePostalCode: boolean }): Field;
	};
	createPaymentMethod(what: { type: "card"; card: Field }): Promise<{
		paymentMethod?: { id: string };
		error?: unknown;
	}>;
}

export interface CardForm {
	mount(place: HTMLElement): void;
	close(): void;
	/** undefined: what was written is no card. */
	source(): Promise<string | undefined>;
}

export async function openCardForm(
	form: PaymentForm,
	locale: string,
): Promise<CardForm> {
	await loadScript(form.script);
	const open = (globalThis as { Stripe?: (key: string) => Stripe }).Stripe;
	if (open === undefined) throw new Error(form.script);
	const stripe = open(form.key);
	const card = stripe.elements({ locale }).create("card", { hidePostalCode: true });
	return {
		mount: (place) => card.mount(place),
		close: () => card.destroy(),
		source: async () =>
			(await stripe.createPaymentMethod({ type: "card", card })).paymentMethod?.id,
	};
}

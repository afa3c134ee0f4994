// SPDX-License-Identifier: BSD-2-Clause
//
// paysim.js - as much of Stripe.js as makes a payment method of a card's number
//
// For tests and demonstrations: the number goes into the payment method's name,
// where a real provider would never put it.
"use strict";
window.Stripe = () => {
	const input = document.createElement("input");
	const read = () => input.value.replace(/\D/g, "");
	const element = {
		mount(place) {
			input.inputMode = "numeric";
			input.autocomplete = "off";
			input.placeholder = "4242 4242 4242 4242";
			input.setAttribute("aria-label", place.getAttribute("aria-label") ?? "");
			input.className = "card-number";
			// Rules of our own sheet would be for nobody else.
			Object.assign(input.style, {
				width: "100%", minHeight: "48px", padding: "0 16px",
				border: "1.5px solid var(--line)", borderRadius: "10px",
				background: "var(--paper)", color: "inherit", font: "inherit",
			});
			place.replaceChildren(input);
		},
		unmount: () => input.remove(),
		destroy: () => input.remove(),
	};
	return {
		elements: () => ({ create: () => element }),
		createPaymentMethod: () =>
			Promise.resolve(
				/^\d{12,19}$/.test(read())
					? { paymentMethod: { id: `pm_card_${read()}` } }
					: { error: { code: "incomplete_number" } },
			),
	};
};

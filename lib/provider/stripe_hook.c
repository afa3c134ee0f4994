/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stripe_hook - what Stripe tells by itself
 *
 * The signature is checked over the bytes as they came, before any of them is
 * understood.
 *
 * Layer: provider.  Uses: base, http.
 */
#include "provider/stripe_hook.h"

#include "base/crypto.h"
#include "http/json.h"
#include "provider/stripe_read.h"

static struct span
expected(struct arena *a, struct span time, struct span body,
    struct span secret)
{
	uint8_t mac[SHA256_LEN];
	struct strbuf b;

	strbuf_init(&b, a, time.len + body.len + 2);
	strbuf_span(&b, time);
	strbuf_char(&b, '.');
	strbuf_span(&b, body);
	crypto_hmac_sha256(secret, strbuf_get(&b), mac);
	return span_str(crypto_hex(a, mac, sizeof(mac)));
}

static bool
is_recent(struct span time, int64_t now_s)
{
	int64_t t;

	return span_to_i64(time, &t) && t >= 0
	    && t >= now_s - STRIPE_HOOK_LEEWAY_S
	    && t <= now_s + STRIPE_HOOK_LEEWAY_S;
}

bool
stripe_hook_is_signed(struct arena *a, struct span body, struct span signature,
    struct span secret, int64_t now_s)
{
	struct span rest = signature, time = SPAN_NONE, want;
	bool is_signed = false;

	while (span_is(rest)) {
		struct span part = span_cut(&rest, ',');

		if (span_starts(part, SPAN_LIT("t="))) {
			if (span_is(time))
				return false;
			time = (struct span){ part.p + 2, part.len - 2 };
		}
	}
	if (secret.len == 0 || !is_recent(time, now_s))
		return false;
	want = expected(a, time, body, secret);
	/* While a secret is changed there are several. */
	for (rest = signature; span_is(rest);) {
		struct span part = span_cut(&rest, ',');

		if (span_starts(part, SPAN_LIT("v1="))
		    && crypto_equal(want,
			(struct span){ part.p + 3, part.len - 3 }))
			is_signed = true;
	}
	return is_signed;
}

/* A dispute is told when it begins; a refund each time that it changes. */
static void
read_alarm(struct arena *a, const struct json *event, const struct json *object,
    struct provider_event *out)
{
	struct span kind = stripe_text(object, "object");
	struct span status = stripe_text(object, "status");

	if (span_eq_str(stripe_text(event, "type"), "charge.dispute.created")
	    && span_eq_str(kind, "dispute"))
		out->alarm = SPAN_LIT("dispute");
	else if (span_eq_str(kind, "refund")
	    && (span_eq_str(status, "failed")
		|| span_eq_str(status, "canceled")))
		out->alarm = SPAN_LIT("refund-failed");
	else
		return;
	out->amount_minor = stripe_number(object, "amount");
	out->currency = stripe_currency(a, object);
	if (out->currency.len != 3)
		out->currency = SPAN_NONE;
}

bool
stripe_hook_read(struct arena *a, struct span body, struct provider_event *out)
{
	const struct json *object, *metadata;
	struct json *event;

	if (json_parse(a, body, &event) != JSON_OK
	    || !span_eq_str(stripe_text(event, "object"), "event")
	    || stripe_text(event, "id").len == 0)
		return false;
	object = stripe_member(stripe_member(event, "data"), "object");
	metadata = stripe_member(object, "metadata");
	*out = (struct provider_event){ .id = stripe_text(event, "id"),
		.ref = stripe_text(metadata, STRIPE_REF) };
	if (!span_is(out->ref))
		out->ref = stripe_text(metadata, STRIPE_REFUND_REF);
	/* Charges, refunds and disputes name the intent they belong to. */
	out->outside_id = span_eq_str(stripe_text(object, "object"),
			      "payment_intent")
	    ? stripe_text(object, "id")
	    : stripe_text(object, "payment_intent");
	read_alarm(a, event, object, out);
	return true;
}

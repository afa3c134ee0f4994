/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stripe_read - what Stripe's answers mean
 *
 * Layer: provider.  Uses: base, http.
 */
#include "provider/stripe_read.h"

const struct json *
stripe_member(const struct json *object, const char *name)
{
	return object != NULL && object->type == JSON_OBJECT
	    ? json_get(object, name)
	    : NULL;
}

struct span
stripe_text(const struct json *object, const char *name)
{
	const struct json *v = stripe_member(object, name);

	return v != NULL && v->type == JSON_STRING ? v->str : SPAN_NONE;
}

int64_t
stripe_number(const struct json *object, const char *name)
{
	const struct json *v = stripe_member(object, name);

	return v != NULL && v->type == JSON_INT && v->i64 >= 0 ? v->i64 : 0;
}

static bool
is_object(const struct json *object, const char *name)
{
	return span_eq_str(stripe_text(object, "object"), name);
}

/* Stripe writes currencies small. */
struct span
stripe_currency(struct arena *a, const struct json *object)
{
	struct span small = stripe_text(object, "currency");
	char *big;

	if (!span_is(small))
		return SPAN_NONE;
	big = arena_str(a, small);
	for (size_t i = 0; i < small.len; i++)
		if (big[i] >= 'a' && big[i] <= 'z')
			big[i] -= 'a' - 'A';
	return (struct span){ big, small.len };
}

/* ---- reasons ---- */

static const struct {
	const char *code, *reason;
} reasons[] = {
	{ "insufficient_funds", "insufficient_funds" },
	{ "expired_card", "expired_card" },
	{ "incorrect_number", "incorrect_card" },
	{ "invalid_number", "incorrect_card" },
	{ "incorrect_cvc", "incorrect_card" },
	{ "invalid_cvc", "incorrect_card" },
	{ "invalid_expiry_month", "incorrect_card" },
	{ "invalid_expiry_year", "incorrect_card" },
	{ "incorrect_zip", "incorrect_card" },
	{ "authentication_required", "authentication_failed" },
	{ "payment_intent_authentication_failure", "authentication_failed" },
};

static struct span
reason_of_code(struct span code)
{
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (span_eq_str(code, reasons[i].code))
			return span_str(reasons[i].reason);
	return SPAN_NONE;
}

/* The bank's word says more than the code. */
static struct span
reason_of(const struct json *error)
{
	struct span reason = reason_of_code(stripe_text(error, "decline_code"));

	if (!span_is(reason))
		reason = reason_of_code(stripe_text(error, "code"));
	if (span_is(reason))
		return reason;
	return span_eq_str(stripe_text(error, "type"), "card_error")
	    ? SPAN_LIT("card_declined")
	    : SPAN_LIT("other");
}

static void
refuse(struct provider_answer *out, struct span reason)
{
	out->said = PROVIDER_REFUSED;
	out->reason = reason;
}

/* ---- intents ---- */

static void
read_action(const struct json *intent, struct provider_answer *out)
{
	struct span url = stripe_text(
	    stripe_member(stripe_member(intent, "next_action"),
		"redirect_to_url"),
	    "url");

	if (!span_starts(url, SPAN_LIT("https://")))
		return;
	out->said = PROVIDER_BUYER;
	out->redirect = url;
}

/* Nothing was asked of it yet, or the last card was declined. */
static void
read_waiting(enum stripe_step step, const struct json *intent,
    struct provider_answer *out)
{
	const struct json *error = stripe_member(intent, "last_payment_error");

	if (step == STRIPE_CREATE)
		out->said = PROVIDER_DONE;
	else if (error != NULL && error->type == JSON_OBJECT)
		refuse(out, reason_of(error));
}

static void
read_intent(struct arena *a, enum stripe_step step, const struct json *intent,
    struct provider_answer *out)
{
	struct span status = stripe_text(intent, "status");

	out->outside_id = stripe_text(intent, "id");
	out->currency = stripe_currency(a, intent);
	if (span_eq_str(status, "succeeded")) {
		out->amount_minor = stripe_number(intent, "amount_received");
		if (out->amount_minor > 0 && span_is(out->currency))
			out->said = PROVIDER_DONE;
	} else if (span_eq_str(status, "canceled")) {
		if (step == STRIPE_CANCEL)
			out->said = PROVIDER_DONE;
		else
			refuse(out, SPAN_LIT("cancelled"));
	} else if (step == STRIPE_CANCEL) {
		return;
	} else if (span_eq_str(status, "requires_payment_method")) {
		read_waiting(step, intent, out);
	} else if (span_eq_str(status, "requires_confirmation")) {
		if (step == STRIPE_CREATE)
			out->said = PROVIDER_DONE;
	} else if (span_eq_str(status, "requires_action")) {
		read_action(intent, out);
	}
}

/* One that somebody else made, or of another amount, is not ours to confirm. */
static bool
is_as_asked(const struct provider_ask *ask, const struct json *intent,
    const struct provider_answer *out)
{
	return stripe_number(intent, "amount") == ask->amount_minor
	    && span_eq(out->currency, ask->currency)
	    && span_eq(
		stripe_text(stripe_member(intent, "metadata"), STRIPE_REF),
		ask->ref);
}

static void
read_any_intent(struct arena *a, enum stripe_step step,
    const struct provider_ask *ask, const struct json *intent,
    struct provider_answer *out)
{
	if (!is_object(intent, "payment_intent")
	    || stripe_text(intent, "id").len == 0)
		return;
	read_intent(a, step, intent, out);
	if (step == STRIPE_CREATE && out->said == PROVIDER_DONE
	    && !is_as_asked(ask, intent, out))
		out->said = PROVIDER_UNKNOWN;
	/* An answer about another intent says nothing of this one. */
	if (step != STRIPE_CREATE && span_is(ask->outside_id)
	    && !span_eq(ask->outside_id, out->outside_id))
		*out = (struct provider_answer){ .said = PROVIDER_UNKNOWN };
}

/* ---- refunds ---- */

static void
read_refund(struct arena *a, const struct json *refund,
    struct provider_answer *out)
{
	struct span status = stripe_text(refund, "status");

	if (!is_object(refund, "refund") || stripe_text(refund, "id").len == 0)
		return;
	out->outside_id = stripe_text(refund, "id");
	out->amount_minor = stripe_number(refund, "amount");
	out->currency = stripe_currency(a, refund);
	if (span_eq_str(status, "pending") || span_eq_str(status, "succeeded")
	    || span_eq_str(status, "requires_action"))
		out->said = PROVIDER_DONE;
	else if (span_eq_str(status, "failed")
	    || span_eq_str(status, "canceled"))
		refuse(out, SPAN_LIT("other"));
}

/* ---- errors ---- */

static bool
is_refund(enum stripe_step step)
{
	return step == STRIPE_REFUND || step == STRIPE_FIND_REFUND;
}

/*
 * A card that was declined, or a question that is wrong. Often the intent is
 * there too and says what is so. Giving up and looking are never answered by
 * a refusal; a key that is not let in may be tomorrow.
 */
static void
read_error(struct arena *a, enum stripe_step step,
    const struct provider_ask *ask, int status, const struct json *error,
    struct provider_answer *out)
{
	const struct json *intent = stripe_member(error, "payment_intent");

	if (status != 400 && status != 402)
		return;
	if (intent != NULL && !is_refund(step)) {
		read_any_intent(a, step, ask, intent, out);
		if (out->said != PROVIDER_UNKNOWN)
			return;
	}
	if (step == STRIPE_CANCEL || step == STRIPE_FIND
	    || step == STRIPE_FIND_REFUND)
		return;
	/* The key was used for something else: it may have been done. */
	if (span_eq_str(stripe_text(error, "type"), "idempotency_error"))
		return;
	refuse(out, reason_of(error));
}

void
stripe_read(struct arena *a, enum stripe_step step,
    const struct provider_ask *ask, int status, struct span body,
    struct provider_answer *out)
{
	struct json *said;

	*out = (struct provider_answer){ .said = PROVIDER_UNKNOWN };
	if ((status != 200 && (status < 400 || status >= 500))
	    || json_parse(a, body, &said) != JSON_OK)
		return;
	if (status != 200)
		read_error(a, step, ask, status, stripe_member(said, "error"),
		    out);
	else if (is_refund(step))
		read_refund(a, said, out);
	else
		read_any_intent(a, step, ask, said, out);
}

/* ---- pages ---- */

/* The items of a list, or NULL. */
static const struct json *
read_list(struct arena *a, struct span body, struct json **list)
{
	const struct json *data;

	if (json_parse(a, body, list) != JSON_OK || !is_object(*list, "list"))
		return NULL;
	data = stripe_member(*list, "data");
	return data != NULL && data->type == JSON_ARRAY ? data : NULL;
}

static struct provider_item
read_item(struct arena *a, enum provider_kind kind, const struct json *item)
{
	const struct json *metadata = stripe_member(item, "metadata");
	struct span status = stripe_text(item, "status");
	bool is_payment = kind == PROVIDER_PAYMENTS;

	return (struct provider_item){ .outside_id = stripe_text(item, "id"),
		.ref = stripe_text(metadata,
		    is_payment ? STRIPE_REF : STRIPE_REFUND_REF),
		.currency = stripe_currency(a, item),
		.amount_minor = stripe_number(item,
		    is_payment ? "amount_received" : "amount"),
		.created_s = stripe_number(item, "created"),
		.is_taken = span_eq_str(status, "succeeded")
		    || (!is_payment && span_eq_str(status, "pending")) };
}

bool
stripe_read_page(struct arena *a, enum provider_kind kind, int status,
    struct span body, struct provider_page *out)
{
	const struct json *data, *more;
	struct json *list;

	if (status != 200 || (data = read_list(a, body, &list)) == NULL
	    || data->n > PROVIDER_PAGE_MAX)
		return false;
	out->n = data->n;
	out->after = SPAN_NONE;
	for (size_t i = 0; i < data->n; i++) {
		out->items[i] = read_item(a, kind, &data->items[i]);
		if (out->items[i].outside_id.len == 0)
			return false;
	}
	more = stripe_member(list, "has_more");
	if (more == NULL || more->type != JSON_BOOL)
		return false;
	if (more->boolean && out->n > 0)
		out->after = out->items[out->n - 1].outside_id;
	out->said = PROVIDER_DONE;
	return true;
}

bool
stripe_read_match(struct arena *a, enum stripe_step step,
    const struct provider_ask *ask, struct span body,
    struct provider_answer *out)
{
	struct span ref = is_refund(step) ? ask->refund_ref : ask->ref;
	const char *name = is_refund(step) ? STRIPE_REFUND_REF : STRIPE_REF;
	const struct json *data;
	struct json *list;

	*out = (struct provider_answer){ .said = PROVIDER_UNKNOWN };
	data = read_list(a, body, &list);
	for (size_t i = 0; data != NULL && i < data->n; i++) {
		const struct json *item = &data->items[i];

		if (!span_eq(stripe_text(stripe_member(item, "metadata"), name),
			ref))
			continue;
		if (is_refund(step))
			read_refund(a, item, out);
		else
			read_any_intent(a, step, ask, item, out);
		return true;
	}
	return false;
}

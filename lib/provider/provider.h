/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * provider - who takes money for us, and what he is asked
 *
 * A provider is a row here and a file provider_<name>.c. Its steps are begun
 * and answered later, from outside_run(ctx->outside), or at once; each calls
 * `then` exactly once. A step keeps nothing between two calls: what it needs is
 * in the question, so any process may ask the next.
 *
 * Keys outside are made of ref, which is random and ours: asking the same
 * again is safe for as long as the provider keeps keys (23 h of Stripe's 24),
 * afterwards only find is. How many are asked a second is the caller's affair:
 * he has the tokens of account and endpoint; what a provider says of it is
 * retry_after_ms.
 *
 * Layer: provider.  Uses: base, store, http, outside.
 */
#ifndef PROVIDER_PROVIDER_H
#define PROVIDER_PROVIDER_H

#include "store/ctx.h"

enum provider_said {
	PROVIDER_DONE,    /* it is so: amount_minor says what was taken */
	PROVIDER_REFUSED, /* not done, and asking this again changes nothing */
	PROVIDER_BUYER,   /* the buyer has to act, at redirect */
	PROVIDER_UNKNOWN, /* may have been done, or will be: ask again */
};

struct provider_ask {
	struct span ref;        /* 1..64 of [0-9A-Za-z_-] */
	struct span outside_id; /* as create answered; NONE: not known */
	struct span source;     /* how it is paid, of the provider's page */
	struct span account;    /* "": the key's own */
	struct span currency;   /* ISO 4217 */
	struct span return_url; /* of confirm: where the bank sends the buyer
	                         * back to */
	int64_t amount_minor;   /* > 0 */
	struct span refund_ref; /* of a refund, as ref */
	int64_t made_ms;        /* when ref was made; find and find_refund look
	                         * from there on when there is no id */
};

/* Spans live until `then` returns. */
struct provider_answer {
	enum provider_said said;
	struct span outside_id;
	struct span redirect; /* of PROVIDER_BUYER, https */
	/* Of PROVIDER_REFUSED, one of: card_declined, insufficient_funds,
	 * expired_card, incorrect_card, authentication_failed, cancelled,
	 * unavailable (we were not let in), not_found, other. */
	struct span reason;
	struct span currency;
	int64_t amount_minor;   /* taken, or given back; 0: nothing */
	int64_t retry_after_ms; /* of PROVIDER_UNKNOWN; 0: not said */
};

typedef void provider_fn(void *arg, const struct provider_answer *answer);
typedef void provider_step_fn(struct ctx *ctx, const struct provider_ask *ask,
    provider_fn *then, void *arg);

/* ---- what there is at the provider ---- */

enum provider_kind { PROVIDER_PAYMENTS, PROVIDER_REFUNDS };

struct provider_item {
	struct span outside_id, ref, currency;
	int64_t amount_minor, created_s;
	bool is_taken; /* a refund: that it is given back, or will be */
};

/* As many as surely fit into an answer. */
#define PROVIDER_PAGE_MAX 20

/* A page, newest first. after: what the next one is asked with; NONE: none
 * follows. date_s: the provider's clock. */
struct provider_page {
	enum provider_said said; /* DONE or UNKNOWN */
	struct provider_item items[PROVIDER_PAGE_MAX];
	size_t n;
	struct span after;
	int64_t date_s;
};

/* Made from from_s on and before to_s. */
struct provider_range {
	enum provider_kind kind;
	struct span account;
	int64_t from_s, to_s;
	struct span after; /* NONE: the first page */
};

typedef void provider_page_fn(void *arg, const struct provider_page *page);

/* ---- what a provider tells by itself ---- */

struct provider_event {
	struct span id;  /* once each */
	struct span ref; /* ours, of payment or refund; NONE: not of us */
	struct span outside_id; /* of the payment */
	/* What only a person can decide: "refund-failed", "dispute"; NONE:
	 * nothing. Of so much. */
	struct span alarm, currency;
	int64_t amount_minor;
};

enum provider_hook_outcome {
	PROVIDER_HOOK_OK = 0,
	PROVIDER_HOOK_E_SIGNATURE, /* not his, or too old */
	PROVIDER_HOOK_E_MALFORMED, /* his, but no event */
};

/* How a page gets a source from a buyer: a script of the provider's, and the
 * key by which that knows us. */
struct provider_form {
	struct span script, key;
};

struct provider {
	const char *name;
	/* Which key he is asked with, without telling it: a digest's start. */
	const char *(*key_id)(struct ctx *ctx);
	/* Make it, take it, look, give it up, give it back.
	 *
	 * create  DONE with outside_id; nothing is taken yet
	 * confirm DONE: taken, amount_minor in currency; else any
	 * find    as confirm; without outside_id by ref, REFUSED "not_found"
	 *         when the provider has none of it (yet)
	 * cancel  DONE: amount_minor 0, nothing ever will be, or what was taken
	 * refund  DONE: he accepted it
	 */
	provider_step_fn *create, *confirm, *find, *cancel, *refund;
	/* The refund with refund_ref: as refund; REFUSED "not_found". */
	provider_step_fn *find_refund;
	/* A page of what he has. NULL: he cannot say it. */
	void (*list)(struct ctx *ctx, const struct provider_range *range,
	    provider_page_fn *then, void *arg);
	/* Spans live as set does. NULL: any page can make a source. */
	void (*form)(const struct settings *set, struct provider_form *out);
	/*
	 * What came by itself: raw bytes and the header that signs them. An
	 * event decides nothing, it makes somebody look. NULL: he tells
	 * nothing.
	 *
	 * out:     out  written on PROVIDER_HOOK_OK; memory: the arena's
	 * returns: any provider_hook_outcome
	 */
	int (*hook)(struct ctx *ctx, struct span body, struct span signature,
	    struct provider_event *out);
};

/* By its name, or NULL. */
const struct provider *provider_find(struct span name);

extern const struct provider provider_stripe;
/* Takes no money, and needs nobody outside. */
extern const struct provider provider_mock;

#endif

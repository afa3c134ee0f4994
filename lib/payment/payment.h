/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payment - one attempt to pay for one hold
 *
 * The graph of its states is one table; a method of paying is a row of another.
 * The wallet is paid from at once (payment_wallet.c). Any other method asks
 * somebody outside: its pay commits an intent (payment_outside.c), and
 * boxoffice-worker makes the calls (payment_work.h). At a counter an operator
 * says what he took (payment_counter.c). Which seats are bought by
 * it, and for whom, is the work of reservation.h.
 *
 * Layer: domain.  Uses: base, store, hold, idem.
 */
#ifndef PAYMENT_PAYMENT_H
#define PAYMENT_PAYMENT_H

#include "base/combine.h"
#include "hold/hold.h"
#include "idem/idem.h"
#include "provider/provider.h"

enum payment_outcome {
	PAYMENT_OK = 0,
	PAYMENT_E_NONE,     /* no such payment of this user */
	PAYMENT_E_FUNDS,    /* the wallet has not enough */
	PAYMENT_E_LIMIT,    /* the user would have more seats than allowed
	                     * when the hold was made, or since */
	PAYMENT_E_CLOSED,   /* the performance is a draft, or cancelled */
	PAYMENT_E_TAKEN,    /* a claim is there already: look whose */
	PAYMENT_E_STOCK,    /* so much is not left of the counter section */
	PAYMENT_E_EPOCH,    /* the hold's script ran under another epoch */
	PAYMENT_E_REPLAY,   /* the key was answered: see the answer */
	PAYMENT_E_MISMATCH, /* the key asked for something else */
	PAYMENT_E_RUNNING,  /* what the key began has not ended */
	PAYMENT_E_PENDING,  /* not known yet; the seats stay as they are */
	PAYMENT_E_ATTEMPTS, /* the hold was tried to be paid too often */
	PAYMENT_E_FULL,     /* the wallet cannot take the refund */
	PAYMENT_E_TILL,     /* the till is closed, or another operator's */
	PAYMENT_E_CURRENCY, /* the till has another currency */
	PAYMENT_E_QUOTA,    /* the operator has given away enough today */
};

struct payment_move {
	const char *from, *to; /* from NULL: it begins */
};
/* Every legal move; ends with to NULL. The schema's payment_may_move says the
 * same and is what enforces it. */
extern const struct payment_move payment_moves[];
bool payment_may_move(const char *from, const char *to);

struct payment {
	int64_t id, user, performance;
	struct span status, method, currency;
	int64_t amount_minor, refunded_minor;
	int64_t created_ms;
	struct span reservation; /* number; NONE while there is none */
	struct span moves;  /* the number of the reservation that it moves to
	                     * other seats (reservation/move.h); or NONE */
	struct span next;   /* where the buyer has to go, a URL; or NONE */
	struct span reason; /* why it came to nothing; or NONE */
};

/* Whether its end is not known yet. */
bool payment_waits(const struct payment *payment);

/* One's own (db_read_primary). out: on PAYMENT_OK, memory: the arena's.
 * returns: OK, NONE; < 0 on a fault */
int payment_find(struct ctx *ctx, int64_t user, int64_t id,
    struct payment *out) MUST_CHECK;

/* The same, up to wait_ms later, as soon as it has changed; at once where
 * too many processes wait already. */
int payment_await(struct ctx *ctx, int64_t user, int64_t id, int64_t wait_ms,
    struct payment *out) MUST_CHECK;

/* The byte that stands for the payment's id in an answer written before the
 * id is known; no JSON text contains it. */
#define PAYMENT_ID_MARK '\x1a'

struct payment_method;

#define COUNTER_NAME_MAX 100 /* characters */
#define COUNTER_NOTE_MAX 500
#define COUNTER_SLIP_MAX 40

/* What an operator says of a sale at his counter; the texts are NONE or 1 to so
 * many characters. */
struct payment_counter {
	int64_t operator;
	struct span name, note; /* for whom it is kept; whatever */
	struct span slip;       /* the number on the card terminal's */
	struct span reason;     /* why it costs nothing */
};

/* What is paid, and what is answered when it is. */
struct payment_order {
	const struct hold *hold; /* paying; epoch and log id set */
	const struct idem *idem;
	const struct payment_method *method;
	struct span number; /* the reservation's to be */
	int64_t at_ms;      /* goes into rows and answer alike */
	struct span answer; /* with one PAYMENT_ID_MARK */
	/* of a method that asks outside */
	struct span source;         /* what the buyer pays with; or NONE */
	struct span return_url;     /* payment_may_return; or NONE */
	struct span declined, lost; /* what is answered when the money was
	                             * refused, or came too late */
	/* of one at a counter, where the hold's user is the till */
	const struct payment_counter *counter;
};

struct payment_result {
	int64_t id;                /* 0: nothing was written */
	struct idem_answer answer; /* on OK and REPLAY */
};

/* AUDIT_N_PARAMS of admin/audit_log.h, whom nobody knows here. */
#define PAYMENT_BY_PARAMS 6

/* Seats of a reservation that are given back, with the money for them. */
struct payment_refund {
	const struct idem *idem; /* whose answer this is */
	struct span answer;
	/* Of each payment that gives back: its id, one drawn for the refund,
	 * and how much, as the answer says it (reservation/refund_shares.h). */
	const int64_t *payments, *ids, *amounts;
	size_t n_shares;
	int64_t reservation;
	const int64_t *cancelled; /* seats given back before */
	size_t n_cancelled;
	int64_t n_moves;      /* how often it was moved before */
	const int64_t *seats; /* and now; sorted */
	size_t n_seats;
	int64_t at_ms; /* goes into rows and answer alike */
	/* The PAYMENT_BY_PARAMS of audit_log_params where an operator does it,
	 * whose key that is, and what comes back the whole price; NULL: the
	 * buyer does, and it is by the policy. */
	const struct db_param *by;
	int64_t till;     /* the session that pays it out; 0: none */
	struct span slip; /* its terminal's; or NONE */
};

/* A way to pay: a row. */
struct payment_method {
	const char *name;
	const char *currency; /* the only one it takes; NULL: any */
	const char *provider; /* who is asked (provider/provider.h); NULL:
	                       * nobody */
	/* offset of an int in settings that is 0 where it is not offered; 0:
	 * it always is */
	size_t setting;
	/*
	 * Intent, and for who asks nobody all that follows.
	 *
	 * returns: OK, PENDING; FUNDS, LIMIT, CLOSED, TAKEN, STOCK, EPOCH,
	 *          ATTEMPTS, REPLAY, MISMATCH, RUNNING: nothing was written;
	 *          < 0 on a fault: when it is DB_F_UNKNOWN, the payment may
	 *          have begun. Asking again with the same key is safe.
	 */
	int (*pay)(struct ctx *ctx, const struct payment_order *order,
	    struct payment_result *out);
	/* offset of a text in settings without which the provider cannot be
	 * asked; 0: he always can */
	size_t key;
	bool at_counter; /* for operators alone: no buyer is offered it */
	bool slip;       /* the terminal's slip has a number */
	bool free;       /* whatever the list says, it costs nothing */
};

/* By its name on the wire, or NULL. */
const struct payment_method *payment_method_find(struct span name);
/* Whether these settings, which hold SETTINGS_PAY, let a provider be asked. */
bool payment_may_ask(const struct settings *set, struct span provider);
/* The n-th that is offered with these settings; NULL: there are no more. */
const struct payment_method *payment_method_offered(const struct settings *set,
    size_t n);
/* One that is offered, by its name; or NULL. */
const struct payment_method *payment_method_named(const struct settings *set,
    struct span name);
/* One of those at a counter, by its name; or NULL. */
const struct payment_method *payment_method_counter(struct span name);
/* Whether nobody outside is asked: what is taken and what comes back is so at
 * once. The schema's payment_at_once says the same. */
bool payment_at_once(const struct payment_method *method);
/* Whether it, or for NULL any method that is offered, takes a currency. */
bool payment_takes(const struct settings *set,
    const struct payment_method *method, struct span currency);

/* Whether a bank may send a buyer back there: to our page, an address of [pay]
 * return_urls, or below one of them. The characters are those of RFC 3986. */
bool payment_may_return(const struct settings *set, struct span url);

/*
 * Seats and money go back, in one transaction with the answer: at once to a
 * wallet, where it was paid at a counter (then it is owed, or paid out at a
 * till), or where nothing comes back; else the refund is asked for later and
 * the seats stay claimed.
 *
 * out:     rows  what became of the key (idem_read), or "again": seats were
 *                given back or moved since, or another amount comes back now
 * returns: OK; FULL, TILL: nothing was written; < 0 on a fault, when it may
 *          have been done. Asking again with the same key is safe.
 */
int payment_refund(struct ctx *ctx, const struct payment_refund *refund,
    struct db_rows *rows) MUST_CHECK;

/* payment_wallet.c */
int payment_wallet_pay(struct ctx *ctx, const struct payment_order *order,
    struct payment_result *out) MUST_CHECK;
/* Where those meet who pay by it at the same moment. */
struct combine *payment_purchases(struct shared *shared);

/* payment_counter.c: OK when it is committed; also TILL, CURRENCY, QUOTA, with
 * nothing written. */
int payment_counter_pay(struct ctx *ctx, const struct payment_order *order,
    struct payment_result *out) MUST_CHECK;

/* payment_outside.c: the pay of a method that asks outside. The intent alone:
 * PENDING when it is committed. */
int payment_outside_pay(struct ctx *ctx, const struct payment_order *order,
    struct payment_result *out) MUST_CHECK;
/* What became of a payment that a key began: OK (of none), PENDING, REPLAY,
 * MISMATCH, RUNNING; < 0 on a fault. */
int payment_of_key(struct ctx *ctx, const struct idem *idem,
    struct payment_result *out) MUST_CHECK;
/*
 * The buyer gives up. It ends when nobody outside was asked for money, else
 * when the provider says that none will be taken.
 *
 * returns: OK it has its end, this or another; PENDING; NONE; < 0 on a fault:
 *          asking again is safe
 */
int payment_give_up(struct ctx *ctx, int64_t user, int64_t id) MUST_CHECK;

/*
 * A provider told of something (provider_event), which decides nothing: whoever
 * works on what it names looks at once, also where that had its end. What only
 * a person can decide becomes an alarm (sql/functions/alarms.sql).
 *
 * in:      event  told once or more often
 * returns: OK; < 0 on a fault: it may be told again
 */
int payment_event(struct ctx *ctx, struct span provider,
    const struct provider_event *event) MUST_CHECK;
/* Forget events that were kept for a month, at most max of them. out: *n.
 * returns: 0; < 0 on a fault: asking again is safe */
int payment_event_purge(struct ctx *ctx, int64_t max, size_t *n) MUST_CHECK;

#endif

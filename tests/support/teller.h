/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * teller - a provider that is made up, and the job that asks him
 *
 * He remembers what he was asked for in memory that all processes of a test
 * share, by the names that we give things: to ask twice by one name is to ask
 * once. What he says is told before.
 *
 * Layer: tests.  Uses: provider, payment, buyer.
 */
#ifndef SUPPORT_TELLER_H
#define SUPPORT_TELLER_H

#include "payment/payment_work.h"
#include "tests/support/buyer.h"

#define TELLER_MAX 2048

/* What he does when a payment is confirmed. */
enum teller_says {
	TELLER_TAKES,    /* the money, and says so */
	TELLER_DECLINES, /* for good once it is cancelled */
	TELLER_SENDS,    /* the buyer to his bank */
	TELLER_IS_MUTE,  /* says that he does not know, and has done nothing */
	TELLER_LOSES,    /* takes the money, and the answer is lost */
};

struct teller {
	enum teller_says says;
	int64_t takes_more;   /* than he was asked for */
	bool cancels_late;    /* takes the money while he is asked to cancel */
	bool breaks_his_word; /* takes it once he has accepted to cancel */
	bool refunds_nothing; /* says so, and does nothing */
	bool refuses_refunds; /* for good */
	bool is_gone;         /* nobody knows him any more */
	int n_asked;          /* confirms */
	struct teller_payment {
		char ref[64];
		int64_t amount, captured, refunded;
		char currency[4];
		bool canceled, was_at_bank;
		int64_t created_s;
		bool is_others; /* and has no name of ours */
		char refund_refs[8][64];
		int64_t refund_amounts[8];
		bool refund_failed[8]; /* after it was accepted */
	} payments[TELLER_MAX];
	int n_payments;
	int64_t ago_s;   /* what is made now was made so long ago */
	int page_max;    /* of his lists; 0: PROVIDER_PAGE_MAX */
	bool lists_fail; /* he does not answer */
	int64_t ahead_s; /* his clock */
	int n_pages;     /* of lists that he was asked for */
	/* while a confirm is on its way */
	void (*meanwhile)(void);
};

extern struct teller *teller;
/* The method that asks him. */
extern const struct payment_method card;
/* Him, also in the place of who takes cards for the real routes, while he is
 * not gone; or NULL. */
const struct provider *teller_find(struct span name);

/* For FIXTURE: he remembers nothing. */
void teller_open(void);
void teller_close(void);

int pay_card(const char *key);
/* Rounds of the job, until it has nothing to do now. */
void work(void);
/* The same where they may fail. returns: 0; < 0 the fault, to be tried again */
int teller_rounds(void);
/* Time enough passes for whatever waits to be due, but no deadline; it is a
 * lease that has passed, too. */
void wait_for_it(void);
/* The last payment of the house's performance. */
int64_t last_payment(void);
/* All that he took less what he gave back. */
int64_t teller_has(void);

#endif

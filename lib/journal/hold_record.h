/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hold_record - a hold as it stands in Redis, and its token
 *
 * The text of a record is described in store/lua/hold.inc.lua, which reads
 * and changes it; here is its other reader. A token on the wire is
 * "<performance>-<16 random bytes in hex>"; in Redis it is those bytes alone.
 *
 * Layer: domain.  Uses: base.
 */
#ifndef JOURNAL_HOLD_RECORD_H
#define JOURNAL_HOLD_RECORD_H

#include "base/arena.h"

struct strbuf;

#define HOLD_SEATS_MAX 20 /* one hold's, the schema's limit too */
#define HOLD_RANDOM_LEN 16

enum hold_status {
	HOLD_HELD = 'h',
	HOLD_PAYING = 'p',
	HOLD_PAID = 'd',
	HOLD_EXPIRED = 'e',
	HOLD_RELEASED = 'r',
	HOLD_LOST = 'l',
};

struct hold_token {
	int64_t performance;
	uint8_t random[HOLD_RANDOM_LEN];
};

struct hold_record {
	struct hold_token token;
	char status;  /* enum hold_status */
	int64_t user; /* < 0: a till session, the number -user */
	int64_t made_ms, ends_ms, hard_ends_ms;
	int64_t price_version;
	int64_t section_no; /* 0; > 0: of this counter section,
	                     * and seats are 1..n_seats, none of
	                     * the map */
	size_t n_seats;
	int64_t seats[HOLD_SEATS_MAX];  /* sorted */
	int64_t prices[HOLD_SEATS_MAX]; /* minor units, in their order */
	int64_t types[HOLD_SEATS_MAX];  /* ticket types' numbers, in their
	                                 * order; 0: the default */
	bool blocked; /* they were kept for somebody, and are blocked again
	               * when the hold ends unpaid (hold_house.h); the
	               * journal does not tell */
	struct span fingerprint; /* NONE: made without a key */
};

/* Whether seats are held at a counter, by a till session: it sells to anybody,
 * so no limit, no line and no time of sale is for it. */
static inline bool
hold_by_till(int64_t user)
{
	return user < 0;
}

/* "held" and so on, as the journal spells it. */
const char *hold_status_name(char status);
/* The letter for a name; '\0' when there is none such. */
char hold_status_letter(struct span name);

/* Whether text is a token. out: written on true only. */
bool hold_token_read(struct span text, struct hold_token *out) MUST_CHECK;
struct span hold_token_text(struct arena *a, const struct hold_token *token);
/* The token's bytes as a script's argument; they stay the token's. */
struct span hold_token_bytes(const struct hold_token *token);
/* The owner mark of the hold's seats: the random part's last 32 bits. */
int32_t hold_token_mark(const struct hold_token *token);

/*
 * Read a record's text.
 *
 * in:      token  whose it is
 * memory:  out's fingerprint points into text
 * returns: whether text is a record: of seats with prices >= 0 whose sum fits
 */
bool hold_record_read(const struct hold_token *token, struct span text,
    struct hold_record *out) MUST_CHECK;
/* Whether a field of :holds has a user's counts: u and digits, of a value that
 * begins with a digit. A hold's begins with a letter, and its field, a token,
 * may be any 16 bytes: also u and 15 digits. */
bool hold_record_is_user(struct span field, struct span record);
/* A user's record. */
struct hold_user {
	int64_t held, bought; /* seats */
	/* what limits keep of him (lua/rate.inc.lua, hoard.inc.lua); NONE */
	struct span rate, hoard;
	/* bytes of the tokens of his running holds, one after the other */
	struct span tokens;
};

/* Memory of what out points to: the text's. */
bool hold_user_read(struct span text, struct hold_user *out) MUST_CHECK;
/* Memory: a's. */
struct span hold_user_text(struct arena *a, const struct hold_user *user);
/* Its seats as scripts name them: "5,6", of section 3 "#3:1,2". Memory: a's. */
struct span hold_record_seats(struct arena *a, const struct hold_record *r);
/* Its prices as a record has them: "1000,2500", where types are not all the
 * default "1000,800/0,1". Memory: a's. */
struct span hold_record_prices(struct arena *a, const struct hold_record *r);
/* Whether types are not all the default. */
bool hold_record_typed(const struct hold_record *r);
/* Memory: a's. */
struct span hold_record_text(struct arena *a, const struct hold_record *r);
/* Numbers with commas between. Memory: a's. */
struct span hold_numbers(struct arena *a, const int64_t *v, size_t n);
/* The same, behind what b has. */
void hold_numbers_add(struct strbuf *b, const int64_t *v, size_t n);
/* Sum of prices. One that is no amount is a programming error (asserts): the
 * schema bounds a price, hold_record_read refuses such a record. */
int64_t hold_record_amount(const struct hold_record *r);

#endif

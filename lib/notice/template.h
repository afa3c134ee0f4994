/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * template - the words of a notice, which a house may replace
 *
 * A file for each kind and language, as "confirmed.ko": the subject is its
 * first line; after an empty line comes the text, and behind a line "-- html
 * --" the same as HTML. {{name}} stands for a value, which is escaped by where
 * it stands; a line that names a value which there is none of is left out. A
 * file in the house's folder is used instead of the one that was installed.
 *
 * Layer: domain.  Uses: base.
 */
#ifndef NOTICE_TEMPLATE_H
#define NOTICE_TEMPLATE_H

#include "base/lang.h"
#include "base/strbuf.h"

enum notice_kind {
	NOTICE_CONFIRMED,
	NOTICE_GIVEN_BACK,
	NOTICE_REFUNDED,
	NOTICE_LOST,
	NOTICE_MOVED,      /* to other seats */
	NOTICE_CALLED_OFF, /* its performance, as the next */
	NOTICE_ANOTHER_TIME,
	NOTICE_RECEIVED,  /* it is his by now */
	NOTICE_OFFERED,   /* it may be his: no reservation of his so far */
	NOTICE_PASSED_ON, /* it is another's by now */
	N_NOTICE_KINDS
};

/* As the schema and the files name them. */
extern const char *const notice_kinds[N_NOTICE_KINDS];

/* Whether it tells of one reservation of his; else of a payment, or of one that
 * is another's. */
bool notice_is_of_reservation(enum notice_kind kind);

enum template_value {
	VALUE_NAME,  /* the buyer's */
	VALUE_TITLE, /* the show's */
	VALUE_VENUE,
	VALUE_HALL,
	VALUE_TIME,   /* when it begins, at the venue */
	VALUE_AMOUNT, /* paid or refunded, with its currency; of a move what
	               * came back, if anything did */
	VALUE_LINK,   /* to the tickets, to what is offered, or to all that the
	               * buyer owns */
	VALUE_HOUSE,  /* [mail] from_name */
	VALUE_NUMBER, /* the reservation's; of it alone, as the next */
	VALUE_PLACES, /* that are left of it, one a line */
	VALUE_PAID,   /* what a move cost more, if it did; of NOTICE_MOVED */
	N_VALUES
};

struct template_values {
	struct span of[N_VALUES]; /* NONE: there is none of it */
};

struct template
{
	struct span subject, text, html; /* with placeholders */
};

enum template_outcome {
	TEMPLATE_OK = 0,
	TEMPLATE_E_FILE, /* it is not there, cannot be read, or is not text */
	TEMPLATE_E_FORM, /* without a subject, a text or HTML */
	TEMPLATE_E_NAME, /* a placeholder that there is none, not of this kind,
	                  * or that is not closed */
};

/*
 * The template of a kind and language.
 *
 * in:      folder  the house's; "": it has none
 * out:     *path   the file that was read; written on a refusal, too
 * memory:  a's
 * returns: any template_outcome
 */
int template_read(struct arena *a, const char *folder, enum notice_kind kind,
    enum lang lang, struct template *out, const char **path) MUST_CHECK;

/* What is wrong, for people. */
const char *template_why(int outcome);

/* Filled in, of a template that was read. Memory: a's. */
struct template template_fill(struct arena *a, const struct template *form,
    const struct template_values *values);

#endif

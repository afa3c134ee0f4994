/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refund_policy - what comes back of places given back, and until when
 *
 * A performance without one goes by the setting cancel_until_minutes: all comes
 * back until then. What a policy means is said by functions/refunds.sql, which
 * reckons by the text of it that the database keeps.
 *
 * Layer: domain.  Uses: base.
 */
#ifndef CATALOG_REFUND_POLICY_H
#define CATALOG_REFUND_POLICY_H

#include "base/arena.h"
#include "base/span.h"

#define REFUND_STEPS_MAX 10
#define REFUND_DAYS_MAX 366
#define REFUND_MINUTES_MAX 525600
#define REFUND_HOURS_MAX 8784
#define REFUND_FEE_MAX INT64_C(1000000000)

struct refund_step {
	bool by_day;       /* it ends with the venue's day that is before
	                    * days before the performance's; else before
	                    * minutes before the start */
	int64_t before;    /* 0..REFUND_DAYS_MAX or REFUND_MINUTES_MAX */
	int64_t percent;   /* 1..100 of a place's price comes back */
	int64_t fee_minor; /* less this, for each place */
};

struct refund_policy {
	struct refund_step steps[REFUND_STEPS_MAX]; /* as they end */
	size_t n_steps;
	/* Where grace_hours is not 0, so long after a purchase all comes back,
	 * until the end of the day so many days before. */
	int64_t grace_hours, grace_days;
};

/* The names of those that consumer rules say, NULL at the end; refund_preset
 * has them by their index. Source: the Korean Fair Trade Commission's standards
 * for settling consumer disputes, performances and films. */
extern const char *const refund_presets[];
const struct refund_policy *refund_preset(int i);

/* Whether a step may stand behind another: it ends later, as far as can be told
 * without a performance, and no more comes back. */
bool refund_step_follows(const struct refund_step *before,
    const struct refund_step *step);

/* As the database keeps it: a catalog file's object (doc/load.md). Memory: a's.
 */
const char *refund_policy_text(struct arena *a,
    const struct refund_policy *policy);

#endif

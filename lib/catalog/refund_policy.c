/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refund_policy - what comes back of places given back, and until when
 *
 * Layer: domain.  Uses: base.
 */
#include "catalog/refund_policy.h"

#include "base/base.h"
#include "base/strbuf.h"

#include <inttypes.h>

const char *const refund_presets[] = { "concert", "film", NULL };

static const struct refund_policy presets[] = {
	{ .steps = { { true, 10, 100, 0 }, { true, 7, 90, 0 },
	      { true, 3, 80, 0 }, { true, 1, 70, 0 }, { false, 0, 10, 0 } },
	    .n_steps = 5,
	    .grace_hours = 24,
	    .grace_days = 3 },
	{ .steps = { { false, 20, 100, 0 }, { false, 0, 50, 0 } },
	    .n_steps = 2 },
};

const struct refund_policy *
refund_preset(int i)
{
	return &presets[i];
}

bool
refund_step_follows(const struct refund_step *before,
    const struct refund_step *step)
{
	bool later = before->by_day == step->by_day
	    ? step->before < before->before
	    : before->by_day;

	return later && step->percent <= before->percent
	    && (step->percent < before->percent
		|| step->fee_minor >= before->fee_minor);
}

const char *
refund_policy_text(struct arena *a, const struct refund_policy *policy)
{
	struct strbuf b;

	strbuf_init(&b, a, 0);
	strbuf_str(&b, "{\"steps\": [");
	for (size_t i = 0; i < policy->n_steps; i++) {
		const struct refund_step *step = &policy->steps[i];

		strbuf_printf(&b,
		    "%s{\"%s\": %" PRId64 ", \"percent\": %" PRId64
		    ", \"fee\": %" PRId64 "}",
		    i == 0 ? "" : ", ",
		    step->by_day ? "days_before" : "minutes_before",
		    step->before, step->percent, step->fee_minor);
	}
	strbuf_str(&b, "]");
	if (policy->grace_hours > 0)
		strbuf_printf(&b,
		    ", \"grace\": {\"hours\": %" PRId64
		    ", \"days_before\": %" PRId64 "}",
		    policy->grace_hours, policy->grace_days);
	strbuf_str(&b, "}");
	return arena_str(a, strbuf_get(&b));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_file_refund - a performance's "refund_policy"
 *
 * Layer: reader.  Uses: reader, catalog.
 */
#include "reader/load_file.h"

static void
read_step(struct reader *rd, struct node node, struct refund_step *out)
{
	static const char *const names[] = { "days_before", "minutes_before",
		"percent", "fee", NULL };
	bool by_day, by_minute;

	if (!reader_object(rd, node, names))
		return;
	by_day = reader_member(rd, node, "days_before").json != NULL;
	by_minute = reader_member(rd, node, "minutes_before").json != NULL;
	if (by_day == by_minute)
		reader_fail(rd, node.at,
		    "this must have days_before or minutes_before");
	*out = (struct refund_step){ .by_day = by_day,
		.before = by_day ? reader_int(rd, node, "days_before", 0,
			      REFUND_DAYS_MAX, READER_REQUIRED)
				 : reader_int(rd, node, "minutes_before", 0,
				     REFUND_MINUTES_MAX, READER_REQUIRED),
		.percent = reader_int(rd, node, "percent", 1, 100,
		    READER_REQUIRED),
		.fee_minor = reader_int(rd, node, "fee", 0, REFUND_FEE_MAX,
		    0) };
}

static void
read_steps(struct reader *rd, struct node list, struct refund_policy *out)
{
	out->n_steps = reader_array(rd, list, 1, REFUND_STEPS_MAX);
	for (size_t i = 0; i < out->n_steps; i++) {
		struct node step = reader_item(rd, list, i);

		read_step(rd, step, &out->steps[i]);
		if (i > 0
		    && !refund_step_follows(&out->steps[i - 1], &out->steps[i]))
			reader_fail(rd, step.at,
			    "this must end later than the step before it, and "
			    "bring no more back");
	}
}

static void
read_grace(struct reader *rd, struct node node, struct refund_policy *out)
{
	static const char *const names[] = { "hours", "days_before", NULL };

	if (node.json == NULL || !reader_object(rd, node, names))
		return;
	out->grace_hours = reader_int(rd, node, "hours", 1, REFUND_HOURS_MAX,
	    READER_REQUIRED);
	out->grace_days = reader_int(rd, node, "days_before", 0,
	    REFUND_DAYS_MAX, 0);
}

const struct refund_policy *
load_file_refund(struct reader *rd, struct node object)
{
	static const char *const names[] = { "steps", "grace", NULL };
	struct node node = reader_member(rd, object, "refund_policy");
	struct refund_policy *out;

	if (node.json == NULL)
		return NULL;
	if (node.json->type == JSON_STRING)
		return refund_preset(reader_word(rd, object, "refund_policy",
		    refund_presets, -1));
	out = ARENA_NEW(rd->arena, struct refund_policy);
	if (!reader_object(rd, node, names))
		return out;
	read_steps(rd, reader_member(rd, node, "steps"), out);
	read_grace(rd, reader_member(rd, node, "grace"), out);
	return out;
}

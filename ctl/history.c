/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * history - what clients wrote down of their answers
 *
 * Layer: ctl.  Uses: http/json, audit.
 */
#include "ctl/history.h"

#include "http/json.h"

static size_t
count_lines(struct span text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.len; i++)
		n += text.p[i] == '\n';
	return n;
}

static const struct json *
member(const struct json *object, const char *name, enum json_value_type type)
{
	const struct json *m = json_get(object, name);

	return m != NULL && m->type == type ? m : NULL;
}

static bool
is_acknowledged_purchase(const struct json *line)
{
	const struct json *op = member(line, "op", JSON_STRING);
	const struct json *status = member(line, "status", JSON_INT);

	return op != NULL && span_eq_str(op->str, "payment") && status != NULL
	    && (status->i64 == 200 || status->i64 == 201);
}

/* returns: NULL, or what is wrong */
static const char *
read_line(struct arena *a, struct span text, struct history *out)
{
	const struct json *user, *key, *number;
	struct json *line;

	if (json_parse(a, text, &line) != JSON_OK || line->type != JSON_OBJECT)
		return "not a JSON object";
	if (!is_acknowledged_purchase(line))
		return NULL;
	user = member(line, "user", JSON_INT);
	key = member(line, "key", JSON_STRING);
	number = member(line, "reservation", JSON_STRING);
	if (number == NULL)
		return "a purchase without its reservation";
	out->acks[out->n++] = (struct audit_ack){
		.line = out->line,
		.user = user != NULL ? user->i64 : 0,
		.key = key != NULL ? key->str : SPAN_LIT(""),
		.number = number->str,
	};
	return NULL;
}

bool
history_read(struct arena *a, struct span text, struct history *out)
{
	struct span rest = text;

	*out = (struct history){ .n = 0 };
	out->acks = ARENA_ARRAY(a, count_lines(text), struct audit_ack);
	while (span_is(rest) && out->why == NULL) {
		struct span line = span_trim(span_cut(&rest, '\n'));

		out->line++;
		if (line.len > 0)
			out->why = read_line(a, line, out);
	}
	return out->why == NULL;
}

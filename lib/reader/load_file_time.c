/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_file_time - points in time as a catalog file writes them
 *
 * "2026-12-01T19:30:00+09:00"; "now-1d", "start-30m": so much after what is
 * named, in seconds, minutes, hours or days; "today+2"; "19:30".
 *
 * Layer: reader.  Uses: reader, catalog.
 */
#include "reader/load_file.h"

#include "base/clock.h"

#include <stdio.h>

#define OFFSET_MAX 100000 /* of any unit: 270 years of days */
#define NIGHT_HOURS 30    /* the day of a show ends at 6 next morning */

/* "" is 0, "+2", "-14": the sign is said. */
static bool
read_signed(struct span s, int64_t *out)
{
	struct span digits = { s.p + 1, s.len - 1 };

	*out = 0;
	if (s.len == 0)
		return true;
	if ((s.p[0] != '+' && s.p[0] != '-') || digits.len == 0
	    || digits.p[0] == '-' || !span_to_i64(digits, out)
	    || *out > OFFSET_MAX)
		return false;
	if (s.p[0] == '-')
		*out = -*out;
	return true;
}

/* "", "-1d", "+90m". */
static bool
read_offset(struct span s, int64_t *out_ms)
{
	static const struct {
		char letter;
		int64_t ms;
	} units[] = {
		{ 's', 1000 },
		{ 'm', 60000 },
		{ 'h', 3600000 },
		{ 'd', 86400000 },
	};
	int64_t n;

	*out_ms = 0;
	if (s.len == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (s.p[s.len - 1] == units[i].letter) {
			s.len--;
			if (s.len == 0 || !read_signed(s, &n))
				return false;
			*out_ms = n * units[i].ms;
			return true;
		}
	return false;
}

static bool
read_relative(struct span s, struct span word, int64_t *out_ms)
{
	if (!span_starts(s, word))
		return false;
	return read_offset((struct span){ s.p + word.len, s.len - word.len },
	    out_ms);
}

struct load_time
load_file_time(struct reader *rd, struct node object, const char *name)
{
	struct load_time time = { LOAD_TIME_PRESET, 0 };
	struct node node = reader_member(rd, object, name);
	struct span s = reader_text(rd, object, name, 64, "");

	if (node.json == NULL || rd->failed)
		return time;
	if (read_relative(s, SPAN_LIT("now"), &time.ms))
		time.base = LOAD_TIME_NOW;
	else if (read_relative(s, SPAN_LIT("start"), &time.ms))
		time.base = LOAD_TIME_START;
	else if (clock_parse_rfc3339(s, &time.ms))
		time.base = LOAD_TIME_AT;
	else
		reader_fail(rd, node.at,
		    "this must be a time as in "
		    "2026-12-01T19:30:00+09:00, now-1d or start-30m");
	return time;
}

void
load_file_day(struct reader *rd, struct node object, const char *name,
    struct load_performance *p)
{
	static const struct span today = { "today", sizeof("today") - 1 };
	struct span s = reader_text(rd, object, name, 64, NULL);

	p->day = SPAN_NONE;
	if (rd->failed
	    || (span_starts(s, today)
		&& read_signed(
		    (struct span){ s.p + today.len, s.len - today.len },
		    &p->day_offset)))
		return;
	p->day = s;
	p->day_offset = 0;
	if (!clock_is_date(s))
		reader_fail(rd, reader_member(rd, object, name).at,
		    "this must be a day as in 2026-12-01, today or today+2");
}

int64_t
load_file_minute(struct reader *rd, struct node node)
{
	struct span s = node.json == NULL ? SPAN_NONE : node.json->str;
	int hour, minute, end = 0;

	if (node.json != NULL && node.json->type == JSON_STRING
	    && s.len == sizeof("19:30") - 1 && s.p[2] == ':' && s.p[0] >= '0'
	    && s.p[3] >= '0'
	    && sscanf(s.p, "%2d:%2d%n", &hour, &minute, &end) == 2 && end == 5
	    && hour < NIGHT_HOURS && minute < 60)
		return hour * 60 + minute;
	reader_fail(rd, node.at,
	    "this must be a time of the day as in 19:30; "
	    "25:10 is ten past one in the night after");
	return 0;
}

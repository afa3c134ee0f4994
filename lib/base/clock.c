/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock - what time it is
 *
 * The spelling and reading of times is here too, so that nothing else in the
 * tree touches struct tm.
 *
 * Layer: base.  Uses: arena, span.
 */
#include "base/clock.h"

#include <time.h>

#define US_PER_S 1000000
/* Four digits of year reach no further (0000-01-01, 10000-01-01). */
#define YEAR_0_MS INT64_C(-62167219200000)
#define YEAR_10000_MS INT64_C(253402300800000)

static int64_t fake_ms = -1; /* -1: the real clock */

static struct timespec
read_clock(clockid_t id)
{
	struct timespec ts;

	/* Cannot fail: both clocks exist on every Linux. */
	clock_gettime(id, &ts);
	return ts;
}

int64_t
clock_ms(void)
{
	struct timespec ts;

	if (fake_ms != -1)
		return fake_ms;
	ts = read_clock(CLOCK_REALTIME);
	return (int64_t)ts.tv_sec * MS_PER_S + ts.tv_nsec / 1000000;
}

int64_t
clock_mono_us(void)
{
	struct timespec ts = read_clock(CLOCK_MONOTONIC);

	return (int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000;
}

void
clock_fake(int64_t ms)
{
	fake_ms = ms;
}

int64_t
clock_faked_ms(void)
{
	return fake_ms != -1 ? fake_ms : 0;
}

void
clock_fake_add(int64_t ms)
{
	fake_ms += ms;
}

/* v as exactly n digits, then what follows them. */
static char *
put_digits(char *p, int n, int v, char then)
{
	for (int i = n - 1; i >= 0; i--) {
		p[i] = (char)('0' + v % 10);
		v /= 10;
	}
	p[n] = then;
	return p + n + 1;
}

/* "2026-01-31T12:00:00." */
#define SECOND_LEN 20

static void
put_second(char out[SECOND_LEN], int64_t since_1970)
{
	time_t s = since_1970;
	struct tm tm;

	gmtime_r(&s, &tm);
	out = put_digits(out, 4, tm.tm_year + 1900, '-');
	out = put_digits(out, 2, tm.tm_mon + 1, '-');
	out = put_digits(out, 2, tm.tm_mday, 'T');
	out = put_digits(out, 2, tm.tm_hour, ':');
	out = put_digits(out, 2, tm.tm_min, ':');
	put_digits(out, 2, tm.tm_sec, '.');
}

void
clock_text(char out[CLOCK_TEXT_SIZE], int64_t ms)
{
	/* Of one second thousands are written. */
	static _Thread_local char second[SECOND_LEN];
	static _Thread_local int64_t second_s = INT64_MIN;
	int64_t at = MIN(MAX(ms, YEAR_0_MS), YEAR_10000_MS - 1);
	int64_t fraction = at % MS_PER_S;
	int64_t s = at / MS_PER_S;

	if (fraction < 0) {
		fraction += MS_PER_S;
		s--;
	}
	if (s != second_s)
		put_second(second, s);
	second_s = s;
	out = put_digits(mempcpy(out, second, SECOND_LEN), 3, (int)fraction,
	    'Z');
	*out = '\0';
}

char *
clock_rfc3339(struct arena *a, int64_t ms)
{
	char *text = arena_alloc(a, CLOCK_TEXT_SIZE);

	clock_text(text, ms);
	return text;
}

/* Take exactly n digits off the front of s, as a number. */
static bool
take_digits(struct span *s, size_t n, int *out)
{
	int v = 0;

	if (s->len < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		v = v * 10 + (s->p[i] - '0');
	}
	s->p += n;
	s->len -= n;
	*out = v;
	return true;
}

/* Take one byte off the front of s if it is one of set. */
static bool
take_one(struct span *s, const char *set)
{
	if (s->len == 0 || s->p[0] == '\0' || strchr(set, s->p[0]) == NULL)
		return false;
	s->p++;
	s->len--;
	return true;
}

static bool
take_date(struct span *s, struct tm *tm)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	int year, month, day;
	bool leap;

	if (!take_digits(s, 4, &year) || !take_one(s, "-")
	    || !take_digits(s, 2, &month) || !take_one(s, "-")
	    || !take_digits(s, 2, &day))
		return false;
	if (month < 1 || month > 12 || day < 1)
		return false;
	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	if (day > days[month - 1] + (month == 2 && leap))
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return true;
}

static bool
take_time(struct span *s, struct tm *tm)
{
	if (!take_digits(s, 2, &tm->tm_hour) || !take_one(s, ":")
	    || !take_digits(s, 2, &tm->tm_min) || !take_one(s, ":")
	    || !take_digits(s, 2, &tm->tm_sec))
		return false;
	/* No second 60: what we keep, milliseconds since 1970, has none. */
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec < 60;
}

/* One digit at least; what follows the third is dropped. */
static bool
take_fraction(struct span *s, int *ms)
{
	int weight = 100, digit;

	*ms = 0;
	if (!take_one(s, "."))
		return true;
	if (!take_digits(s, 1, &digit))
		return false;
	do {
		*ms += digit * weight;
		weight /= 10;
	} while (take_digits(s, 1, &digit));
	return true;
}

static bool
take_offset(struct span *s, int *minutes)
{
	bool minus = s->len > 0 && s->p[0] == '-';
	int hh, mm;

	*minutes = 0;
	if (take_one(s, "Zz"))
		return true;
	if (!take_one(s, "+-") || !take_digits(s, 2, &hh) || !take_one(s, ":")
	    || !take_digits(s, 2, &mm))
		return false;
	if (hh > 23 || mm > 59)
		return false;
	*minutes = (minus ? -1 : 1) * (hh * 60 + mm);
	return true;
}

bool
clock_parse_rfc3339(struct span s, int64_t *out_ms)
{
	struct tm tm = { 0 };
	int ms, minutes;

	if (!take_date(&s, &tm) || !take_one(&s, "Tt") || !take_time(&s, &tm)
	    || !take_fraction(&s, &ms) || !take_offset(&s, &minutes)
	    || s.len != 0)
		return false;
	*out_ms = ((int64_t)timegm(&tm) - minutes * 60) * MS_PER_S + ms;
	return true;
}

bool
clock_is_date(struct span s)
{
	struct tm tm = { 0 };

	return !span_starts(s, SPAN_LIT("0000")) && take_date(&s, &tm)
	    && s.len == 0;
}

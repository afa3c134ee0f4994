/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock - what time it is
 *
 * Wall time in ms since the epoch (UTC) for everything a person sees or a
 * row keeps; monotonic microseconds for durations. Tests set a fake wall
 * clock, so no test sleeps.
 *
 * Layer: base.  Uses: arena, span.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/arena.h"

#define MS_PER_S 1000
#define US_PER_MS 1000
/* Whole seconds of ms >= 0, none too few: for Retry-After. */
#define CLOCK_S_OF_MS(ms) (((ms) + MS_PER_S - 1) / MS_PER_S)

/* Wall clock, ms since 1970-01-01T00:00:00Z (or the fake one). */
int64_t clock_ms(void);
/* Monotonic clock, microseconds; never fake, only differences mean a thing. */
int64_t clock_mono_us(void);
/* From now on clock_ms() is ms; -1 goes back to the real clock. Tests only. */
void clock_fake(int64_t ms);
/* The fake time, or 0 while the clock is real: what a script is given as
 * now, since 0 asks Redis for its own. */
int64_t clock_faked_ms(void);
/* The fake clock moves by ms. */
void clock_fake_add(int64_t ms);

/* Room for clock_text. */
#define CLOCK_TEXT_SIZE sizeof("2026-11-21T19:30:00.000Z")

/* RFC 3339 UTC with ms, into the caller's memory; a time outside the years 0
 * to 9999 is written as the nearest one inside. */
void clock_text(char out[CLOCK_TEXT_SIZE], int64_t ms);
/* The same, "2026-11-21T19:30:00.000Z". Memory: the arena's. */
char *clock_rfc3339(struct arena *a, int64_t ms);
/* The end of the year 9999: what texts and the database have a time for. */
#define CLOCK_MS_MAX INT64_C(253402300799999)
/* Read RFC 3339 with Z or an offset; fraction optional (ms kept). A day the
 * calendar lacks and a leap second are refused. */
bool clock_parse_rfc3339(struct span s, int64_t *out_ms) MUST_CHECK;
/* Whether s is a day of the calendar as "2026-11-21"; there is no year 0. */
bool clock_is_date(struct span s);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limited - what a client is told of a limit
 *
 * Layer: fcgi-app/api.  Uses: http, limit.
 */
#include "fcgi-app/api/limited.h"

#include "base/clock.h"
#include "base/strbuf.h"
#include "http/problem.h"

#include <inttypes.h>

/* "name";q=60;w=60, with these two parameters. */
static struct span
item(struct arena *a, const char *name, const char *first, int64_t n,
    const char *second, int64_t m)
{
	struct strbuf b;

	strbuf_init(&b, a, 64);
	strbuf_char(&b, '"');
	strbuf_str(&b, name);
	strbuf_str(&b, first);
	strbuf_i64(&b, n);
	strbuf_str(&b, second);
	strbuf_i64(&b, m);
	return strbuf_get(&b);
}

void
limited_tell(struct res *res, const struct limit_told *told)
{
	const char *name = limit_rows[told->name].name;

	if (told->rate.quota == 0)
		return;
	res_header(res, "RateLimit-Policy",
	    item(res->arena, name, "\";q=", told->rate.quota,
		";w=", told->rate.window_s));
	res_header(res, "RateLimit",
	    item(res->arena, name, "\";r=", told->left,
		";t=", CLOCK_S_OF_MS(told->wait_ms)));
}

int
limited_refuse(struct ctx *ctx, struct res *res, const struct limit_told *told)
{
	const char *detail = arena_printf(res->arena,
	    "At most %" PRId64 " %s in %" PRId64 " seconds.", told->rate.quota,
	    limit_rows[told->name].what, told->rate.window_s);

	atomic_fetch_add(&limit_refused(ctx->shared)[told->name], 1);
	limited_tell(res, told);
	return problem_retry(res, "rate-limited", detail,
	    (int)CLOCK_S_OF_MS(told->wait_ms));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limited - what a client is told of a limit
 *
 * Layer: fcgi-app/api.  Uses: http, limit.
 */
#include "fcgi-app/api/limited.h"

#include "base/clock.h"
#include "http/problem.h"

#include <inttypes.h>

void
limited_tell(struct res *res, const struct limit_told *told)
{
	const char *name = limit_rows[told->name].name;

	if (told->rate.quota == 0)
		return;
	res_header(res, "RateLimit-Policy",
	    span_str(arena_printf(res->arena, "\"%s\";q=%" PRId64 ";w=%" PRId64,
		name, told->rate.quota, told->rate.window_s)));
	res_header(res, "RateLimit",
	    span_str(arena_printf(res->arena, "\"%s\";r=%" PRId64 ";t=%" PRId64,
		name, told->left, CLOCK_S_OF_MS(told->wait_ms))));
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

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * standing - what became of users since their access tokens were given out
 *
 * Now and then all who were changed within the life of a token are read, in
 * between those who were changed since. A change becomes visible when its
 * transaction ends, later than it says it was: SLACK_S is longer than one may
 * last. Times are the database's own, so no two clocks are compared.
 *
 * Layer: domain.  Uses: base, store, token.
 */
#include "account/standing.h"

#include "account/totp.h"
#include "base/log.h"
#include "store/read.h"

#include <stdlib.h>

#define SLACK_S 60
#define WHOLE_MS 60000
#define NEVER INT64_MIN

SQL(standing_read,
    "SELECT id, role, disabled, sessions_until, version,"
    " EXISTS (SELECT FROM totp AS t WHERE t.user_id = users.id"
    "  AND t.confirmed_at IS NOT NULL) FROM users"
    " WHERE judged_at > clock_timestamp() - $1::bigint * interval '1 s'"
    " ORDER BY judged_at DESC LIMIT $2");

struct verdict {
	int64_t user;
	int64_t version;
	int64_t sessions_until;
	enum role role;
	bool disabled, totp;
};

struct standing {
	bool begun;
	int64_t tried_ms;
	int64_t whole_ms; /* of the last reading of all, or NEVER */
	size_t n;
	struct verdict at[STANDING_USERS_MAX]; /* by user */
};

CTX_PART(standing, struct standing);

static int
compare(const void *a, const void *b)
{
	int64_t x = ((const struct verdict *)a)->user;
	int64_t y = ((const struct verdict *)b)->user;

	return (x > y) - (x < y);
}

static struct verdict *
find(struct standing *s, int64_t user, size_t n)
{
	const struct verdict key = { .user = user };

	return bsearch(&key, s->at, n, sizeof(key), compare);
}

/* The first n_old are sorted; users come once in a reading. */
static void
take_row(struct standing *s, size_t n_old, const struct db_rows *rows,
    size_t row)
{
	struct verdict v = { .user = db_get_i64(rows, row, 0),
		.disabled = db_get_bool(rows, row, 2),
		.sessions_until = db_get_i64(rows, row, 3),
		.version = db_get_i64(rows, row, 4),
		.totp = db_get_bool(rows, row, 5) };
	struct verdict *old = find(s, v.user, n_old);

	if (!role_find(db_cell(rows, row, 1), &v.role))
		v.role = ROLE_USER;
	if (old != NULL && old->version <= v.version)
		*old = v;
	else if (old == NULL && s->n < STANDING_USERS_MAX)
		s->at[s->n++] = v;
	else if (old == NULL)
		s->whole_ms = NEVER;
}

static void
take(struct standing *s, const struct db_rows *rows)
{
	size_t n_old = s->n;

	for (size_t i = 0; i < rows->n_rows; i++)
		take_row(s, n_old, rows, i);
	qsort(s->at, s->n, sizeof(s->at[0]), compare);
}

static bool
is_within(int64_t then_ms, int64_t now_ms, int64_t ms)
{
	return then_ms != NEVER && now_ms >= then_ms && now_ms - then_ms < ms;
}

static int64_t
longest_life_s(const struct ctx *ctx)
{
	int64_t life_s = token_lifetime_s(ctx, TOKEN_KEY_CURRENT);

	if (ctx->set.token_key_rehearsal[0] == '\0')
		return life_s;
	return MAX(life_s, token_lifetime_s(ctx, TOKEN_KEY_REHEARSAL));
}

static int
ask(struct ctx *ctx, int64_t age_s, struct db_rows *rows)
{
	const struct db_param params[] = { db_i64(&ctx->arena, age_s + SLACK_S),
		db_i64(&ctx->arena, STANDING_USERS_MAX) };

	return db_read_primary(ctx, &sql_standing_read, 2, params, rows);
}

/* A fault was logged where it began, and leaves what is known. */
static void
renew(struct ctx *ctx, struct standing *s)
{
	bool whole = !is_within(s->whole_ms, ctx->now_ms, WHOLE_MS);
	struct db_rows rows;

	if (ask(ctx,
		whole ? longest_life_s(ctx)
		      : (ctx->now_ms - s->whole_ms) / 1000 + 1,
		&rows)
	    != 0)
		return;
	if (whole) {
		s->n = 0;
		s->whole_ms = ctx->now_ms;
	}
	take(s, &rows);
}

bool
standing_is_good(struct ctx *ctx, struct token *token)
{
	struct standing *s = ctx_part(ctx, &standing);
	const struct verdict *v;

	if (!s->begun)
		s->tried_ms = s->whole_ms = NEVER;
	s->begun = true;
	if (!is_within(s->tried_ms, ctx->now_ms, STANDING_FRESH_MS)) {
		s->tried_ms = ctx->now_ms;
		renew(ctx, s);
	}
	v = find(s, token->user, s->n);
	if (v == NULL)
		return true;
	/* What the command line gives out belongs to no session. */
	token->role = token->session == 0
	    ? v->role
	    : totp_role(&ctx->set,
		&(struct account){ .role = v->role, .totp = v->totp });
	return !v->disabled
	    && (token->session == 0 || token->session > v->sessions_until);
}

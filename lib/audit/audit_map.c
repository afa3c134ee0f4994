/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_map - maps in Redis, read at one instant and looked at again
 *
 * This reader shares nothing with the reconcile job but how a hold's record is
 * spelt: what sets maps right must not be its own judge.
 *
 * Layer: domain.  Uses: base, store, seat.
 */
#include "audit/audit_own.h"

#include "base/fault.h"
#include "seat/epoch.h"
#include "seat/seat_script.h"
#include "store/keys.h"
#include "store/read.h"

#include <stdlib.h>
#include <time.h>

SQL(audit_epoch, "SELECT epoch FROM sys_epoch");

int
audit_epoch(struct ctx *ctx, int64_t *out)
{
	struct db_rows rows;
	int r;

	r = db_read_primary(ctx, &sql_audit_epoch, 0, NULL, &rows);
	if (r == 0)
		*out = db_get_i64(&rows, 0, 0);
	return r;
}

/* ---- lists ---- */

void
audit_say(struct audit_list *list, const char *fmt, ...)
{
	struct span *grown;
	va_list ap;

	if (list->n == list->max) {
		list->max = MAX(2 * list->max, 16);
		grown = ARENA_ARRAY(list->arena, list->max, struct span);
		if (list->n > 0)
			memcpy(grown, list->items, list->n * sizeof(*grown));
		list->items = grown;
	}
	va_start(ap, fmt);
	list->items[list->n++] = span_str(arena_vprintf(list->arena, fmt, ap));
	va_end(ap);
}

static int
by_text(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return strcmp(x->p, y->p); /* each ends in a NUL */
}

/* What both say; a stays in no order. */
static void
keep_common(struct audit_list *a, struct audit_list *b)
{
	size_t n = 0;

	if (b->n > 0)
		qsort(b->items, b->n, sizeof(*b->items), by_text);
	for (size_t i = 0; i < a->n && b->n > 0; i++)
		if (bsearch(&a->items[i], b->items, b->n, sizeof(*b->items),
			by_text)
		    != NULL)
			a->items[n++] = a->items[i];
	a->n = n;
}

/* ---- one map ---- */

static bool
read_user(struct span field, struct span record, struct audit_user *out)
{
	struct hold_user user;

	if (field.len == 0 || field.p[0] != 'u')
		return false;
	field.p++;
	field.len--;
	if (!span_to_i64(field, &out->id) || !hold_user_read(record, &user))
		return false;
	out->held = user.held;
	out->bought = user.bought;
	out->tokens = user.tokens;
	return true;
}

static bool
read_hold(int64_t performance, struct span field, struct span record,
    struct hold_record *out)
{
	struct hold_token token = { .performance = performance };

	memcpy(token.random, field.p, sizeof(token.random));
	return hold_record_read(&token, record, out)
	    && (out->status == HOLD_HELD || out->status == HOLD_PAYING);
}

static bool
is_hold(struct span field, struct span record)
{
	return field.len == HOLD_RANDOM_LEN
	    && !hold_record_is_user(field, record);
}

static int
by_id(const void *a, const void *b)
{
	const struct audit_user *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static void
read_fields(struct arena *a, const struct kv_reply *fields, struct audit_map *m)
{
	size_t n_holds = 0;

	for (size_t i = 0; i + 1 < fields->n; i += 2)
		n_holds += is_hold(fields->items[i].str,
		    fields->items[i + 1].str);
	m->holds = ARENA_ARRAY(a, n_holds + 1, struct hold_record);
	m->users = ARENA_ARRAY(a, fields->n / 2 - n_holds + 1,
	    struct audit_user);
	for (size_t i = 0; i + 1 < fields->n; i += 2) {
		struct span field = fields->items[i].str;
		struct span record = fields->items[i + 1].str;

		if (is_hold(field, record))
			m->n_holds += read_hold(m->performance, field, record,
			    &m->holds[m->n_holds]);
		else
			m->n_users += read_user(field, record,
			    &m->users[m->n_users]);
	}
	qsort(m->users, m->n_users, sizeof(*m->users), by_id);
}

/* "version kept capacity promised" */
static bool
read_stock(struct span section, struct span text, struct audit_stock *out)
{
	return span_to_i64(section, &out->section_no)
	    && span_to_i64(span_cut(&text, ' '), &out->version)
	    && span_to_i64(span_cut(&text, ' '), &out->kept)
	    && span_to_i64(span_cut(&text, ' '), &out->capacity)
	    && span_to_i64(text, &out->promised);
}

static void
read_stocks(struct arena *a, const struct kv_reply *fields, struct audit_map *m)
{
	m->stocks = ARENA_ARRAY(a, fields->n / 2 + 1, struct audit_stock);
	for (size_t i = 0; i + 1 < fields->n; i += 2)
		m->n_stocks += read_stock(fields->items[i].str,
		    fields->items[i + 1].str, &m->stocks[m->n_stocks]);
}

/* In one MULTI, so that nothing comes between them. */
static int
read_map(struct ctx *ctx, int64_t epoch, struct audit_map *m)
{
	struct kv_reply replies[7], *all;
	int r;

	kv_queue(ctx->kv, 1, (struct span[]){ SPAN_LIT("MULTI") });
	kv_queue(ctx->kv, 4,
	    (struct span[]){ SPAN_LIT("HMGET"),
		seat_key(ctx, m->performance, epoch, KEY_META), SPAN_LIT("s"),
		SPAN_LIT("max") });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("GET"),
		seat_key(ctx, m->performance, epoch, KEY_SEATS) });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("GET"),
		seat_key(ctx, m->performance, epoch, KEY_REFS) });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("HGETALL"),
		seat_key(ctx, m->performance, epoch, KEY_HOLDS) });
	kv_queue(ctx->kv, 2,
	    (struct span[]){ SPAN_LIT("HGETALL"),
		seat_key(ctx, m->performance, epoch, KEY_STOCK) });
	kv_queue(ctx->kv, 1, (struct span[]){ SPAN_LIT("EXEC") });
	r = kv_run(ctx->kv, &ctx->arena, ARRAY_LEN(replies), replies);
	if (r < 0)
		return r;
	all = replies[6].items;
	if (replies[6].n != 5 || all[0].n != 2 || all[3].type != KV_ARRAY
	    || all[4].type != KV_ARRAY)
		return kv_nonsense(ctx->kv, "a map");
	m->live = all[0].items[0].type == KV_STR
	    && span_eq_str(all[0].items[0].str, "live");
	if (!m->live)
		return 0;
	if (!span_to_i64(all[0].items[1].str, &m->seats_max))
		m->seats_max = 0;
	m->letters = all[1].str;
	m->marks = all[2].str;
	read_fields(&ctx->arena, &all[3], m);
	read_stocks(&ctx->arena, &all[4], m);
	return 0;
}

/* ---- all maps of a range ---- */

struct suspect {
	int64_t performance;
	struct audit_list list;
};

static int
look_at(struct ctx *ctx, int64_t performance, audit_look_fn *look,
    struct audit_list *list)
{
	struct audit_map map = { .performance = performance };
	int64_t epoch = 0;
	int r;

	*list = (struct audit_list){ .arena = &ctx->arena };
	r = audit_epoch(ctx, &epoch);
	if (r == 0)
		r = read_map(ctx, epoch, &map);
	return r == 0 && map.live ? look(ctx, &map, list) : r;
}

static int
by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int
audit_list_maps(struct ctx *ctx, const struct audit_range *range, int64_t **out,
    size_t *n)
{
	struct kv_reply reply;
	int64_t epoch = 0;
	int r;

	r = audit_epoch(ctx, &epoch);
	if (r == 0)
		r = kv_command(ctx->kv, &ctx->arena, 2,
		    (struct span[]){ SPAN_LIT("SMEMBERS"),
			epoch_loaded_key(ctx, epoch) },
		    &reply);
	if (r != 0)
		return r;
	*out = ARENA_ARRAY(&ctx->arena, reply.n + 1, int64_t);
	*n = 0;
	for (size_t i = 0; i < reply.n; i++)
		if (span_to_i64(reply.items[i].str, &(*out)[*n])
		    && (*out)[*n] >= range->from && (*out)[*n] < range->to)
			(*n)++;
	qsort(*out, *n, sizeof(**out), by_number);
	return 0;
}

/* Once more at those that still have something. *left: how many. */
static int
look_again(struct ctx *ctx, audit_look_fn *look, struct suspect *suspects,
    size_t n, size_t *left)
{
	struct audit_list list;
	int r = 0;

	*left = 0;
	for (size_t i = 0; i < n && r == 0; i++) {
		if (suspects[i].list.n == 0)
			continue;
		r = look_at(ctx, suspects[i].performance, look, &list);
		keep_common(&suspects[i].list, &list);
		*left += suspects[i].list.n > 0;
	}
	return r;
}

static int
look_until_sure(struct ctx *ctx, const struct audit_pace *pace,
    audit_look_fn *look, struct suspect *suspects, size_t n)
{
	const struct timespec pause = { pace->pause_ms / 1000,
		pace->pause_ms % 1000 * 1000000 };
	size_t left = n;
	int r = 0;

	for (int i = 1; i < pace->looks && left > 0 && r == 0; i++) {
		(void)nanosleep(&pause, NULL);
		FAULT_POINT("audit.look_again");
		r = look_again(ctx, look, suspects, n, &left);
	}
	return r;
}

int
audit_maps(struct ctx *ctx, struct audit_range *range, audit_look_fn *look,
    struct audit_found *found)
{
	struct suspect *suspects;
	int64_t *performances;
	size_t n, n_suspects = 0;
	int r;

	r = audit_list_maps(ctx, range, &performances, &n);
	if (r != 0)
		return r;
	suspects = ARENA_ARRAY(&ctx->arena, n + 1, struct suspect);
	for (size_t i = 0; i < n && r == 0; i++) {
		struct suspect *s = &suspects[n_suspects];

		s->performance = performances[i];
		r = look_at(ctx, s->performance, look, &s->list);
		n_suspects += s->list.n > 0;
		if (i + 1 < n && !audit_may_go_on(ctx, range)) {
			range->to = performances[i] + 1;
			break;
		}
	}
	if (r == 0)
		r = look_until_sure(ctx, range->pace, look, suspects,
		    n_suspects);
	for (size_t i = 0; i < n_suspects && r == 0; i++)
		for (size_t j = 0; j < suspects[i].list.n; j++)
			audit_add(found, 1,
			    found->n < 3 ? suspects[i].list.items[j]
					 : SPAN_NONE);
	return r;
}

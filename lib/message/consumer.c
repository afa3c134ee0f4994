/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * consumer - who is told of what is in the outbox
 *
 * Entries are read without being acknowledged (NOACK): an entry that gets lost
 * on the way is one of those that the relay sends again, and there is no second
 * account of who has what.
 *
 * Layer: domain.  Uses: base, store.
 */
#include "message/consumer.h"

#include "base/fault.h"
#include "message/relay.h"
#include "store/keys.h"

SQL(consumer_register, "SELECT consumer_register($1, $2::text[], $3, $4, $5)");
SQL(consumer_consume,
    "SELECT n, n_failed, n_dead, more, lags, n_left, error"
    " FROM message_consume($1::text[],"
    " ARRAY(SELECT unnest(e::bigint[]) FROM unnest($2::text[]) AS e),"
    " ARRAY(SELECT unnest(e::text[]) FROM unnest($3::text[]) AS e), $4, $5,"
    " $6)");
SQL(consumer_retire, "SELECT consumer_retire($1)");

/* Entries of the stream that are read at once. */
#define READ 16
#define READ_TEXT "16"
/* Effects of one consumer in one statement, which must end in time whatever
 * they cost: else none of them would ever be made, and other workers wait for
 * its lock. */
#define EFFECTS_MAX RELAY_MAX
#define EFFECTS_SHARE 2 /* of the longest wait for a lock */
/* What took longer was replayed, or waited for somebody: the age of the oldest
 * message tells of that. */
#define LAG_MAX_MS INT64_C(3600000)

/* clang-format off */
const struct consumer consumers[] = {
	{ "sales", "{holds.changed,reservation.confirmed,"
	    "reservation.partly_cancelled,reservation.cancelled,"
	    "reservation.moved}",
	    "sales_count", "sales_rewind", 5 },
	/* Nobody is told twice. */
	{ "notices", "{reservation.confirmed,reservation.partly_cancelled,"
	    "reservation.cancelled,reservation.moved,reservation.offered,"
	    "reservation.transferred,payment.refunded,"
	    "payment.late,performance.moved}",
	    "notices_write", NULL, 5 },
	{ "webhooks", "{payment.canceled,payment.failed,payment.late,"
	    "payment.refunded,performance.called_off,performance.moved,"
	    "reservation.cancelled,reservation.confirmed,"
	    "reservation.moved,reservation.partly_cancelled,"
	    "reservation.transferred}",
	    "deliveries_write", NULL, 5 },
};
/* clang-format on */

const size_t consumers_n = ARRAY_LEN(consumers);

static int
register_one(struct ctx *ctx, const struct consumer *consumer)
{
	const struct db_param params[] = { db_str(consumer->name),
		db_str(consumer->kinds), db_str(consumer->apply),
		db_str(consumer->rewind),
		db_i64(&ctx->arena, consumer->attempts) };

	return db_sure(db_run(ctx->primary, &ctx->arena, &sql_consumer_register,
	    ARRAY_LEN(params), params, NULL));
}

int
consumers_register(struct ctx *ctx, const struct consumer *who, size_t n_who)
{
	int first = 0;

	for (size_t i = 0; i < n_who; i++) {
		int r = register_one(ctx, &who[i]);

		if (first == 0)
			first = r;
	}
	return first;
}

/* ---- the stream ---- */

/* All consumers are one group: who takes an entry makes the effects of each. */
#define GROUP SPAN_LIT("consumers")

static int
read_stream(struct ctx *ctx, struct kv_reply *out)
{
	const struct span argv[] = { SPAN_LIT("XREADGROUP"), SPAN_LIT("GROUP"),
		GROUP, SPAN_LIT("worker"), SPAN_LIT("COUNT"),
		SPAN_LIT(READ_TEXT), SPAN_LIT("NOACK"), SPAN_LIT("STREAMS"),
		key_outbox(), SPAN_LIT(">") };

	return kv_try(ctx->kv, &ctx->arena, ARRAY_LEN(argv), argv, out);
}

/* From the beginning of what there is. Another process may be faster. */
static int
make_group(struct ctx *ctx)
{
	const struct span argv[] = { SPAN_LIT("XGROUP"), SPAN_LIT("CREATE"),
		key_outbox(), GROUP, SPAN_LIT("0"), SPAN_LIT("MKSTREAM") };
	struct kv_reply ignored;

	return kv_try(ctx->kv, &ctx->arena, ARRAY_LEN(argv), argv, &ignored);
}

static bool
begins_with(struct span text, const char *word)
{
	struct span rest = text;

	return span_eq_str(span_cut(&rest, ' '), word);
}

/* What is new; Redis may have forgotten that there is a group. */
static int
hear(struct ctx *ctx, struct kv_reply *out)
{
	int r = read_stream(ctx, out);

	if (r == 0 && out->type == KV_ERROR
	    && begins_with(out->str, "NOGROUP")) {
		r = make_group(ctx);
		if (r == 0)
			r = read_stream(ctx, out);
	}
	if (r == 0 && out->type == KV_ERROR)
		r = KV_F_REFUSED;
	return r;
}

/* ---- entries ---- */

/* Lists of ids, each with the same number of aggregates', as PostgreSQL has
 * lists. */
struct heard {
	struct span ids[READ], aggregate_ids[READ];
	int64_t n_rows[READ];
	size_t n;
};

/* [id, [n, COUNT, i, IDS, a, AGGREGATE_IDS]]. Another, as a program of another
 * release may have written or one that was trimmed has become, is passed over:
 * what it was about is sent again. */
static void
take_entry(const struct kv_reply *entry, struct heard *out)
{
	const struct kv_reply *fields;

	if (entry->type != KV_ARRAY || entry->n != 2 || out->n == READ)
		return;
	fields = &entry->items[1];
	if (fields->type != KV_ARRAY || fields->n != 6
	    || !span_eq_str(fields->items[2].str, "i")
	    || !span_to_i64(fields->items[1].str, &out->n_rows[out->n]))
		return;
	out->ids[out->n] = fields->items[3].str;
	out->aggregate_ids[out->n++] = fields->items[5].str;
}

/* [[key, entries]], or nothing. out: *n_entries, those of others too */
static int
take_entries(struct ctx *ctx, const struct kv_reply *reply, struct heard *out,
    size_t *n_entries)
{
	const struct kv_reply *entries;

	out->n = *n_entries = 0;
	if (reply->type == KV_NIL)
		return 0;
	if (reply->type != KV_ARRAY || reply->n != 1
	    || reply->items[0].type != KV_ARRAY || reply->items[0].n != 2)
		return kv_nonsense(ctx->kv, "outbox");
	entries = &reply->items[0].items[1];
	for (size_t i = 0; i < entries->n; i++)
		take_entry(&entries->items[i], out);
	*n_entries = entries->n;
	return 0;
}

/* How many of the entries from the first on are looked at together: as many as
 * have no more rows than one may have. */
static size_t
together(const struct heard *heard, size_t first)
{
	int64_t rows = heard->n_rows[first];
	size_t n = 1;

	while (first + n < heard->n
	    && rows + heard->n_rows[first + n] <= RELAY_MAX)
		rows += heard->n_rows[first + n++];
	return n;
}

/* ---- effects ---- */

static void
tell_trouble(const struct db_rows *rows)
{
	if (db_get_i64(rows, 0, 1) > 0)
		LOG(ERROR, "messages-refused",
		    LINT("tries", db_get_i64(rows, 0, 1)),
		    LINT("dead", db_get_i64(rows, 0, 2)));
	if (db_get_i64(rows, 0, 5) > 0)
		LOG(ERROR, "messages-left",
		    LINT("consumers", db_get_i64(rows, 0, 5)),
		    LSPAN("error", db_cell(rows, 0, 6)));
}

static void
tell_lags(struct ctx *ctx, const struct db_rows *rows, consumer_lag_fn *lag)
{
	size_t n;
	const int64_t *ms = db_get_i64s(&ctx->arena, rows, 0, 4, &n);

	for (size_t i = 0; i < n; i++)
		if (ms[i] <= LAG_MAX_MS)
			lag(ctx, MAX(ms[i], 0));
}

/* params: as consumer_consume has them */
static int
consume(struct ctx *ctx, struct db_param params[6], consumer_lag_fn *lag,
    size_t *n)
{
	struct arena *a = &ctx->arena;
	struct db_rows rows;
	bool more;

	do {
		int r = db_sure(db_run(ctx->primary, a, &sql_consumer_consume,
		    6, params, &rows));

		if (r != 0)
			return r;
		FAULT_POINT("consumer.after_effects");
		tell_trouble(&rows);
		*n += (size_t)(db_get_i64(&rows, 0, 0)
		    - db_get_i64(&rows, 0, 1));
		if (lag != NULL)
			tell_lags(ctx, &rows, lag);
		more = db_get_bool(&rows, 0, 3);
		params[5] = db_bool(true);
	} while (more);
	return 0;
}

static struct db_param
names_of(struct arena *a, const struct consumer *who, size_t n)
{
	struct span *names = ARENA_ARRAY(a, n, struct span);

	for (size_t i = 0; i < n; i++)
		names[i] = span_str(who[i].name);
	return db_texts(a, names, n);
}

static int
consume_all(struct ctx *ctx, struct db_param names, const struct heard *heard,
    consumer_lag_fn *lag, size_t *n)
{
	struct arena *a = &ctx->arena;
	size_t with;
	int r = 0;

	for (size_t i = 0; r == 0 && i < heard->n; i += with) {
		with = together(heard, i);
		struct db_param params[] = { names,
			db_texts(a, &heard->ids[i], with),
			db_texts(a, &heard->aggregate_ids[i], with),
			db_i64(a, EFFECTS_MAX),
			db_i64(a, ctx->set.db_lock_ms / EFFECTS_SHARE),
			db_bool(false) };

		r = consume(ctx, params, lag, n);
	}
	return r;
}

int
consumers_round(struct ctx *ctx, const struct consumer *who, size_t n_who,
    consumer_lag_fn *lag, size_t *n)
{
	struct heard *heard = ARENA_NEW(&ctx->arena, struct heard);
	struct kv_reply reply;
	size_t n_entries;
	int r;

	*n = n_entries = 0;
	r = hear(ctx, &reply);
	if (r == 0)
		r = take_entries(ctx, &reply, heard, &n_entries);
	if (r == 0)
		r = consume_all(ctx, names_of(&ctx->arena, who, n_who), heard,
		    lag, n);
	return r == 0 && n_entries == READ ? 1 : r;
}

/* ---- for operators ---- */

int
consumer_retire(struct ctx *ctx, struct span name, bool *there)
{
	const struct db_param param = db_text(&ctx->arena, name);
	struct db_rows rows;
	int r = db_sure(db_run(ctx->primary, &ctx->arena, &sql_consumer_retire,
	    1, &param, &rows));

	*there = r == 0 && db_get_bool(&rows, 0, 0);
	return r;
}

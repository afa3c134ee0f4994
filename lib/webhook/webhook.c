/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * webhook - who is told over HTTPS of what happens
 *
 * Layer: domain.  Uses: base, store, admin.
 */
#include "webhook/webhook.h"

#include "base/utf8.h"
#include "webhook/webhook_sign.h"

#include <inttypes.h>

#define COLUMNS \
	"SELECT w.id, w.url, w.note, array_to_string(w.kinds, ' ')," \
	" w.enabled, w.why, entry_time(w.failing_since)," \
	" entry_time(w.made_at), (SELECT count(*) FROM deliveries AS d" \
	" WHERE d.webhook_id = w.id AND d.status = 'waiting') FROM webhooks AS w"

SQL(webhook_list, COLUMNS " ORDER BY w.id LIMIT $1");
SQL(webhook_find, COLUMNS " WHERE w.id = $1");
SQL(webhook_count, "SELECT count(*) FROM webhooks");
SQL(webhook_salt, "SELECT salt FROM webhooks WHERE id = $1");
SQL(webhook_put,
    "SELECT webhook_put($1, $2, $3, $4::text[], $5, $6, $7, $8, $9, $10, $11,"
    " $12)");
SQL(webhook_drop, "SELECT webhook_drop($1, $2, $3, $4, $5, $6, $7)");
SQL(webhook_rotate,
    "SELECT webhook_rotate($1, $2, $3, $4, $5, $6, $7, $8, $9)");

const char *const webhook_kinds[] = { "payment.canceled", "payment.failed",
	"payment.late", "payment.refunded", "performance.called_off",
	"performance.moved", "reservation.cancelled", "reservation.confirmed",
	"reservation.moved", "reservation.partly_cancelled",
	"reservation.transferred", NULL };

/* ---- reading ---- */

static void
read_kinds(struct arena *a, struct span text, struct webhook *out)
{
	struct span *kinds = ARENA_ARRAY(a, ARRAY_LEN(webhook_kinds),
	    struct span);

	out->n_kinds = 0;
	while (text.len > 0 && out->n_kinds < ARRAY_LEN(webhook_kinds))
		kinds[out->n_kinds++] = span_cut(&text, ' ');
	out->kinds = kinds;
}

static void
read_row(struct arena *a, const struct db_rows *rows, size_t i,
    struct webhook *out)
{
	*out = (struct webhook){
		.id = db_get_i64(rows, i, 0),
		.url = db_cell(rows, i, 1),
		.note = db_cell(rows, i, 2),
		.enabled = db_get_bool(rows, i, 4),
		.why = db_cell(rows, i, 5),
		.failing_since = db_cell(rows, i, 6),
		.made_at = db_cell(rows, i, 7),
		.n_waiting = db_get_i64(rows, i, 8),
	};
	read_kinds(a, db_cell(rows, i, 3), out);
}

int
webhook_list(struct ctx *ctx, struct webhook **list, size_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param param = db_i64(a, WEBHOOKS_MAX);
	struct db_rows rows;
	int r = db_sure(
	    db_run(ctx->primary, a, &sql_webhook_list, 1, &param, &rows));

	if (r != 0)
		return r;
	*n = rows.n_rows;
	*list = ARENA_ARRAY(a, rows.n_rows + 1, struct webhook);
	for (size_t i = 0; i < rows.n_rows; i++)
		read_row(a, &rows, i, &(*list)[i]);
	return WEBHOOK_OK;
}

int
webhook_find(struct ctx *ctx, int64_t id, struct webhook *out)
{
	struct arena *a = &ctx->arena;
	const struct db_param param = db_i64(a, id);
	struct db_rows rows;
	int r = db_sure(
	    db_run(ctx->primary, a, &sql_webhook_find, 1, &param, &rows));

	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return WEBHOOK_E_NONE;
	read_row(a, &rows, 0, out);
	return WEBHOOK_OK;
}

/* ---- what is asked ---- */

/* "https://host", without a user, which would be sent in clear to whoever is
 * there, and without a fragment, which would not be sent at all. */
static bool
url_ok(struct span url)
{
	struct span rest = url, host;

	if (url.len > WEBHOOK_URL_MAX
	    || !span_starts(url, SPAN_LIT("https://")))
		return false;
	for (size_t i = 0; i < url.len; i++)
		if (url.p[i] <= ' ' || url.p[i] > '~' || url.p[i] == '#')
			return false;
	(void)span_cut(&rest, '/');
	(void)span_cut(&rest, '/');
	host = span_cut(&rest, '/');
	host = span_cut(&host, '?');
	return host.len > 0 && memchr(host.p, '@', host.len) == NULL;
}

/* Each of them is one, and named once. */
static bool
kinds_ok(const struct span *kinds, size_t n)
{
	bool named[ARRAY_LEN(webhook_kinds)] = { false };

	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (webhook_kinds[k] != NULL
		    && !span_eq_str(kinds[i], webhook_kinds[k]))
			k++;
		if (webhook_kinds[k] == NULL || named[k])
			return false;
		named[k] = true;
	}
	return n > 0;
}

static bool
note_ok(struct span note)
{
	return utf8_valid(note) && utf8_count(note) <= WEBHOOK_NOTE_MAX
	    && !utf8_has_control(note);
}

static int
check(const struct webhook_ask *ask, const struct audit_by *by)
{
	if (!audit_reason_ok(by->reason))
		return WEBHOOK_E_REASON;
	if (span_is(ask->url) && !url_ok(ask->url))
		return WEBHOOK_E_URL;
	if (ask->kinds != NULL && !kinds_ok(ask->kinds, ask->n_kinds))
		return WEBHOOK_E_KINDS;
	if (span_is(ask->note) && !note_ok(ask->note))
		return WEBHOOK_E_NOTE;
	return WEBHOOK_OK;
}

static struct span
key_of(const struct ctx *ctx)
{
	return span_str(ctx->set.webhook_key);
}

/* Whose audit log line names an id that is not there yet: object NULL. */
static void
log_params(struct ctx *ctx, const struct audit_by *by, const char *action,
    int64_t id, struct db_param out[AUDIT_N_PARAMS])
{
	struct arena *a = &ctx->arena;

	audit_log_params(a, by, span_str(action),
	    id == 0 ? SPAN_NONE
		    : span_str(arena_printf(a, "webhook %" PRId64, id)),
	    out);
}

/* ---- writing ---- */

/* id: 0 of a new one. out: *made */
static int
put(struct ctx *ctx, int64_t id, const struct webhook_ask *ask,
    const struct audit_by *by, int64_t *made)
{
	struct arena *a = &ctx->arena;
	struct db_param params[6 + AUDIT_N_PARAMS] = {
		id == 0 ? db_str(NULL) : db_i64(a, id),
		db_text(a, ask->url),
		db_text(a, ask->note),
		ask->kinds == NULL ? db_str(NULL)
				   : db_texts(a, ask->kinds, ask->n_kinds),
		ask->enabled < 0 ? db_str(NULL) : db_bool(ask->enabled == 1),
		db_str(webhook_key_check(a, key_of(ctx))),
	};
	struct db_rows rows;
	int r;

	log_params(ctx, by, id == 0 ? "webhook.make" : "webhook.change", id,
	    params + 6);
	r = db_run(ctx->primary, a, &sql_webhook_put, ARRAY_LEN(params), params,
	    &rows);
	if (r == DB_E_CONSTRAINT)
		return WEBHOOK_E_URL;
	if (r != 0)
		return db_sure(r);
	if (db_is_null(&rows, 0, 0))
		return WEBHOOK_E_NONE;
	*made = db_get_i64(&rows, 0, 0);
	return WEBHOOK_OK;
}

static int
show_secret(struct ctx *ctx, int64_t id, const char **secret)
{
	struct arena *a = &ctx->arena;
	const struct db_param param = db_i64(a, id);
	uint8_t bytes[WEBHOOK_SECRET_LEN];
	struct db_rows rows;
	int r = db_sure(
	    db_run(ctx->primary, a, &sql_webhook_salt, 1, &param, &rows));

	if (r != 0)
		return r;
	if (rows.n_rows == 0)
		return WEBHOOK_E_NONE;
	webhook_secret(a, key_of(ctx), db_cell(&rows, 0, 0), bytes);
	*secret = webhook_secret_text(a, bytes);
	crypto_wipe(bytes, sizeof(bytes));
	return WEBHOOK_OK;
}

static int
check_room(struct ctx *ctx)
{
	struct db_rows rows;
	int r = db_sure(db_run(ctx->primary, &ctx->arena, &sql_webhook_count, 0,
	    NULL, &rows));

	if (r != 0)
		return r;
	return db_get_i64(&rows, 0, 0) < WEBHOOKS_MAX ? WEBHOOK_OK
						      : WEBHOOK_E_MANY;
}

int
webhook_make(struct ctx *ctx, const struct webhook_ask *ask,
    const struct audit_by *by, int64_t *id, const char **secret)
{
	struct span all[ARRAY_LEN(webhook_kinds)];
	struct webhook_ask whole = *ask;
	int r = check(ask, by);

	if (r == WEBHOOK_OK && !span_is(ask->url))
		r = WEBHOOK_E_URL;
	if (r == WEBHOOK_OK && ctx->set.webhook_key[0] == '\0')
		r = WEBHOOK_E_OFF;
	if (r == WEBHOOK_OK)
		r = check_room(ctx);
	if (r != WEBHOOK_OK)
		return r;
	whole.enabled = -1;
	if (ask->kinds == NULL) {
		for (size_t i = 0; webhook_kinds[i] != NULL; i++)
			all[whole.n_kinds++] = span_str(webhook_kinds[i]);
		whole.kinds = all;
	}
	r = put(ctx, 0, &whole, by, id);
	return r == WEBHOOK_OK ? show_secret(ctx, *id, secret) : r;
}

int
webhook_change(struct ctx *ctx, int64_t id, const struct webhook_ask *ask,
    const struct audit_by *by)
{
	int r = check(ask, by);

	return r == WEBHOOK_OK ? put(ctx, id, ask, by, &id) : r;
}

int
webhook_drop(struct ctx *ctx, int64_t id, const struct audit_by *by)
{
	struct arena *a = &ctx->arena;
	struct db_param params[1 + AUDIT_N_PARAMS] = { db_i64(a, id) };
	struct db_rows rows;
	int r;

	if (!audit_reason_ok(by->reason))
		return WEBHOOK_E_REASON;
	log_params(ctx, by, "webhook.drop", id, params + 1);
	r = db_sure(db_run(ctx->primary, a, &sql_webhook_drop,
	    ARRAY_LEN(params), params, &rows));
	if (r != 0)
		return r;
	return db_get_bool(&rows, 0, 0) ? WEBHOOK_OK : WEBHOOK_E_NONE;
}

int
webhook_rotate(struct ctx *ctx, int64_t id, int64_t keep_hours,
    const struct audit_by *by, const char **secret)
{
	struct arena *a = &ctx->arena;
	struct db_param params[3 + AUDIT_N_PARAMS] = { db_i64(a, id),
		db_i64(a, keep_hours),
		db_str(webhook_key_check(a, key_of(ctx))) };
	struct db_rows rows;
	int r;

	if (!audit_reason_ok(by->reason))
		return WEBHOOK_E_REASON;
	if (ctx->set.webhook_key[0] == '\0')
		return WEBHOOK_E_OFF;
	log_params(ctx, by, "webhook.rotate", id, params + 3);
	r = db_sure(db_run(ctx->primary, a, &sql_webhook_rotate,
	    ARRAY_LEN(params), params, &rows));
	if (r != 0)
		return r;
	return db_get_bool(&rows, 0, 0) ? show_secret(ctx, id, secret)
					: WEBHOOK_E_NONE;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notice - what buyers are told by mail
 *
 * Layer: domain.  Uses: base, store, catalog, reservation, ticket.
 */
#include "notice/notice.h"

#include "base/log.h"
#include "catalog/currency.h"
#include "notice/mail.h"
#include "reservation/offer.h"
#include "ticket/calendar.h"

#define DAYS 30
#define DAY_MS INT64_C(86400000)

SQL(notice_wish_get,
    "SELECT mail, language FROM notice_wishes"
    " WHERE user_id = $1");
SQL(notice_wish_set,
    "INSERT INTO notice_wishes VALUES ($1, $2, $3)"
    " ON CONFLICT (user_id) DO UPDATE SET mail = excluded.mail,"
    " language = excluded.language");
SQL(notice_purge, "SELECT notices_purge($1, $2)");

/* ---- what it says ---- */

/* The places that are left, one a line. */
static struct span
places(struct arena *a, const struct ticket_view *view)
{
	struct strbuf b;

	strbuf_init(&b, a, 256);
	for (size_t i = 0; i < view->book->n; i++) {
		if (i > 0)
			strbuf_char(&b, '\n');
		strbuf_span(&b, ticket_place(a, view, &view->book->tickets[i]));
	}
	if (view->book->n == 0)
		strbuf_char(&b, '-');
	return strbuf_get(&b);
}

/* token: of what is offered. */
static struct span
link_of(struct ctx *ctx, const struct notice *notice, struct span token)
{
	const char *url = ctx->set.public_url;

	if (notice->kind == NOTICE_OFFERED)
		return span_str(arena_printf(&ctx->arena, "%s/transfers/%.*s",
		    url, (int)token.len, token.p));
	return span_str(notice_is_of_reservation(notice->kind)
		? arena_printf(&ctx->arena, "%s/reservations/%.*s/tickets", url,
		    (int)notice->about.len, notice->about.p)
		: arena_printf(&ctx->arena, "%s/reservations", url));
}

/* book, terms: NULL where it tells of no reservation. */
struct subject {
	struct performance performance;
	struct ticket_book book;
	struct ticket_view view;
	struct span token; /* of what is offered to him */
};

/* returns: NOTICE_OK, NOTICE_E_GONE; < 0 on a fault */
static int
gather(struct ctx *ctx, const struct notice *notice, struct subject *out)
{
	int r = performance_get(ctx, notice->performance, &out->performance);

	if (r != 0)
		return r < 0 ? r : NOTICE_E_GONE;
	out->view = (struct ticket_view){ .book = &out->book,
		.performance = &out->performance,
		.lang = notice->lang };
	if (notice->kind == NOTICE_OFFERED) {
		r = offer_to(ctx, notice->user, notice->about, &out->token);
		return r > 0 ? NOTICE_E_GONE : r;
	}
	if (!notice_is_of_reservation(notice->kind))
		return NOTICE_OK;
	r = ticket_book(ctx, notice->user, notice->about, &out->book);
	if (r == TICKET_OK)
		r = terms_kept(ctx, notice->performance, &out->view.terms);
	return r <= 0 ? r : NOTICE_E_GONE;
}

/* A move may cost more, or less, or the same: then there is neither. */
static void
add_amounts(struct arena *a, const struct notice *notice,
    struct template_values *v)
{
	int64_t amount = notice->amount;

	if (notice->kind != NOTICE_MOVED || amount > 0)
		v->of[VALUE_AMOUNT] = currency_text(a, amount,
		    notice->currency);
	else if (amount < 0)
		v->of[VALUE_PAID] = currency_text(a, -amount, notice->currency);
}

static struct template_values
values_of(struct ctx *ctx, const struct notice *notice,
    const struct subject *subject)
{
	const struct performance *p = &subject->performance;
	struct arena *a = &ctx->arena;
	struct template_values
	    v = { .of = {
		      [VALUE_NAME] = notice->name,
		      [VALUE_TITLE] = p->show_title[notice->lang],
		      [VALUE_VENUE] = p->venue_name[notice->lang],
		      [VALUE_HALL] = p->hall_name[notice->lang],
		      [VALUE_TIME] = ticket_time(a, p),
		      [VALUE_LINK] = link_of(ctx, notice, subject->token),
		      [VALUE_HOUSE] = span_str(ctx->set.mail_from_name),
		      [VALUE_NUMBER] = notice->about,
		  } };

	add_amounts(a, notice, &v);
	if (notice_is_of_reservation(notice->kind))
		v.of[VALUE_PLACES] = places(a, &subject->view);
	return v;
}

static int
compose(struct ctx *ctx, const struct notice *notice,
    const struct template *words, const struct subject *subject,
    struct span *text)
{
	struct span host = ticket_host(span_str(ctx->set.public_url));
	struct arena *a = &ctx->arena;
	struct mail mail = {
		.from = span_str(ctx->set.mail_from),
		.from_name = span_str(ctx->set.mail_from_name),
		.to = notice->email,
		.to_name = notice->name,
		.subject = words->subject,
		.text = words->text,
		.html = words->html,
		.message_id = span_str(arena_printf(a, "%.*s@%.*s",
		    (int)notice->event_id.len, notice->event_id.p,
		    (int)host.len, host.p)),
		.date_ms = ctx->now_ms,
	};

	if (notice_is_of_reservation(notice->kind)) {
		mail.calendar = ticket_calendar(a, &subject->view, host,
		    ctx->now_ms);
		mail.file_name = span_str(arena_printf(a, "%.*s.ics",
		    (int)notice->about.len, notice->about.p));
	}
	*text = mail_message(a, &mail);
	return NOTICE_OK;
}

int
notice_compose(struct ctx *ctx, const struct notice *notice, struct span *text)
{
	struct arena *a = &ctx->arena;
	struct template form, words;
	struct template_values values;
	struct subject subject;
	const char *path;
	int r;

	if (!mail_address_ok(notice->email))
		return NOTICE_E_ADDRESS;
	r = template_read(a, ctx->set.mail_templates, notice->kind,
	    notice->lang, &form, &path);
	if (r != TEMPLATE_OK) {
		LOG(ERROR, "mail-template", LSTR("file", path),
		    LSTR("why", template_why(r)));
		return NOTICE_E_TEMPLATE;
	}
	r = gather(ctx, notice, &subject);
	if (r != NOTICE_OK)
		return r;
	values = values_of(ctx, notice, &subject);
	words = template_fill(a, &form, &values);
	return compose(ctx, notice, &words, &subject, text);
}

/* ---- what a buyer wants ---- */

static const char *const langs[N_LANGS] = {
	[LANG_KO] = "ko", [LANG_EN] = "en"
};

int
notice_wish_get(struct ctx *ctx, int64_t user, struct notice_wish *out)
{
	const struct db_param param = db_i64(&ctx->arena, user);
	struct db_rows rows;
	int r = db_sure(db_run(ctx->primary, &ctx->arena, &sql_notice_wish_get,
	    1, &param, &rows));

	*out = (struct notice_wish){ .mail = true,
		.lang = (enum lang)ctx->set.mail_language };
	if (r != 0 || rows.n_rows == 0)
		return r;
	out->mail = db_get_bool(&rows, 0, 0);
	out->lang = span_eq_str(db_cell(&rows, 0, 1), "en") ? LANG_EN : LANG_KO;
	return 0;
}

int
notice_wish_set(struct ctx *ctx, int64_t user, const struct notice_wish *wish)
{
	const struct db_param params[] = { db_i64(&ctx->arena, user),
		db_bool(wish->mail), db_str(langs[wish->lang]) };

	return db_sure(db_run(ctx->primary, &ctx->arena, &sql_notice_wish_set,
	    ARRAY_LEN(params), params, NULL));
}

int
notice_purge(struct ctx *ctx, int64_t max, size_t *n)
{
	struct arena *a = &ctx->arena;
	const struct db_param params[] = {
		db_time(a, ctx->now_ms - DAYS * DAY_MS), db_i64(a, max)
	};
	struct db_rows rows;
	int r = db_sure(db_run(ctx->primary, a, &sql_notice_purge,
	    ARRAY_LEN(params), params, &rows));

	*n = r == 0 ? (size_t)db_get_i64(&rows, 0, 0) : 0;
	return r;
}

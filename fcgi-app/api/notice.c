/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api/notice - handlers for what a buyer wants to be told
 *
 * Layer: fcgi-app/api.  Uses: http, notice.
 */
#include "fcgi-app/api/api.h"

#include "fcgi-app/api/read.h"
#include "http/problem.h"
#include "notice/notice.h"

static const char *const languages[N_LANGS + 1] = {
	[LANG_KO] = "ko", [LANG_EN] = "en"
};

static int
answer(struct ctx *ctx, struct res *res, const struct notice_wish *wish)
{
	struct jw w;

	jw_init(&w, &ctx->arena);
	jw_object(&w, NULL);
	jw_bool(&w, "mail", wish->mail);
	jw_str(&w, "language", languages[wish->lang]);
	jw_end_object(&w);
	return res_json(res, 200, &w);
}

int
api_me_notices_get(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct notice_wish wish;
	int r;

	if (!read_query_only(req, res, NULL))
		return 0;
	r = notice_wish_get(ctx, req->buyer.id, &wish);
	return r != 0 ? r : answer(ctx, res, &wish);
}

struct body {
	struct span language;
	bool mail;
};

static const struct field fields[] = {
	{ "mail", FIELD_BOOL, 0, 0, 0, offsetof(struct body, mail) },
	{ "language", FIELD_STRING, 0, 2, 2, offsetof(struct body, language) },
	{ 0 },
};

int
api_me_notices_set(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct notice_wish wish = { .lang = LANG_KO };
	struct body body;
	int r;

	if (!read_query_only(req, res, NULL)
	    || !read_body(ctx, req, res, fields, &body))
		return 0;
	while (wish.lang < N_LANGS
	    && !span_eq_str(body.language, languages[wish.lang]))
		wish.lang++;
	if (wish.lang == N_LANGS)
		return problem_field(res, "language", "ko or en");
	wish.mail = body.mail;
	r = notice_wish_set(ctx, req->buyer.id, &wish);
	return r != 0 ? r : answer(ctx, res, &wish);
}

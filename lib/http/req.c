/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * req - reading what a request says: method, ids, query, language, ETags
 *
 * How its address is cut and decoded is in req_uri.c.
 *
 * Layer: http.  Uses: base.
 */
#include "http/req.h"

#define ID_MAX (((int64_t)1 << 53) - 1)

static const struct span method_names[] = {
	[GET] = SPAN_LIT("GET"),
	[HEAD] = SPAN_LIT("HEAD"),
	[POST] = SPAN_LIT("POST"),
	[PUT] = SPAN_LIT("PUT"),
	[PATCH] = SPAN_LIT("PATCH"),
	[DELETE] = SPAN_LIT("DELETE"),
	[OPTIONS] = SPAN_LIT("OPTIONS"),
	[METHOD_OTHER] = SPAN_LIT("OTHER"),
};

enum method
method_parse(struct span name)
{
	enum method m = GET;

	while (m < METHOD_OTHER && !span_eq(name, method_names[m]))
		m++;
	return m;
}

const char *
method_name(enum method m)
{
	return method_names[m].p;
}

bool
req_id(const struct req *req, int n, int64_t *out)
{
	int64_t id;

	if (!span_to_i64(req->params[n], &id) || id < 1 || id > ID_MAX)
		return false;
	*out = id;
	return true;
}

/* ---- Accept-Language ---- */

const char *
lang_tag(enum lang lang)
{
	return lang == LANG_KO ? "ko" : "en";
}

#define Q_ONE 1000
#define Q_UNSAID (-1)

/* "0", "0.8", "1.000" in thousandths (RFC 9110 12.4.2); -1 malformed. */
static int
read_q(struct span s)
{
	int q, weight = 100;

	if (s.len < 1 || s.len > 5 || (s.p[0] != '0' && s.p[0] != '1')
	    || (s.len > 1 && s.p[1] != '.'))
		return -1;
	q = (s.p[0] - '0') * Q_ONE;
	for (size_t i = 2; i < s.len; i++, weight /= 10) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		q += (s.p[i] - '0') * weight;
	}
	return q > Q_ONE ? -1 : q;
}

/* The weight of one "tag;q=0.5"; -1 malformed. */
static int
range_q(struct span params)
{
	struct span value, name;

	if (!span_is(params))
		return Q_ONE;
	value = span_trim(params);
	name = span_cut(&value, '=');
	if (!span_eq_nocase(name, SPAN_LIT("q")) || !span_is(value))
		return -1;
	return read_q(value);
}

/* "ko" and "ko-KR" both ask for ko (RFC 4647 3.4). */
static bool
asks_for(struct span tag, const char *language)
{
	return span_eq_nocase(span_cut(&tag, '-'), span_str(language));
}

enum lang
req_language(struct span accept_language)
{
	int q_ko = Q_UNSAID, q_en = Q_UNSAID, q_rest = 0;
	bool ko_first = false;

	while (span_is(accept_language)) {
		struct span params = span_cut(&accept_language, ',');
		struct span tag = span_trim(span_cut(&params, ';'));
		int q = range_q(params);

		if (q < 0)
			continue;
		if (asks_for(tag, "ko")) {
			ko_first = ko_first || q_en == Q_UNSAID;
			q_ko = MAX(q_ko, q);
		} else if (asks_for(tag, "en")) {
			q_en = MAX(q_en, q);
		} else if (span_eq_str(tag, "*")) {
			q_rest = q;
		}
	}
	q_ko = q_ko == Q_UNSAID ? q_rest : q_ko;
	q_en = q_en == Q_UNSAID ? q_rest : q_en;
	if (q_ko == q_en)
		return ko_first && q_ko > 0 ? LANG_KO : LANG_EN;
	return q_ko > q_en ? LANG_KO : LANG_EN;
}

/* ---- Accept-Encoding ---- */

bool
req_takes_gzip(const struct req *req)
{
	struct span rest = req->accept_encoding;
	int q_gzip = Q_UNSAID, q_rest = 0;

	while (span_is(rest)) {
		struct span params = span_cut(&rest, ',');
		struct span coding = span_trim(span_cut(&params, ';'));
		int q = range_q(params);

		if (span_eq_nocase(coding, SPAN_LIT("gzip"))
		    || span_eq_nocase(coding, SPAN_LIT("x-gzip")))
			q_gzip = MAX(q_gzip, MAX(q, 0));
		else if (span_eq_str(coding, "*"))
			q_rest = q;
	}
	return (q_gzip == Q_UNSAID ? q_rest : q_gzip) > 0;
}

/* How closely a media range names a type: 0 not at all, 3 by its whole name. */
static int
names_type(struct span range, struct span type)
{
	struct span kind = type, wanted = range;

	if (span_eq_nocase(range, type))
		return 3;
	if (span_eq_str(range, "*/*"))
		return 1;
	kind = span_cut(&kind, '/');
	wanted = span_cut(&wanted, '/');
	return range.len == wanted.len + 2 && range.p[range.len - 1] == '*'
		&& span_eq_nocase(kind, wanted)
	    ? 2
	    : 0;
}

/* The weight that accept gives a type; Q_UNSAID: none of its ranges names it.
 * A parameter of a range beside q makes it one that we have nothing of. */
static int
type_q(struct span accept, struct span type)
{
	int best = 0, best_q = Q_UNSAID;

	while (span_is(accept)) {
		struct span params = span_cut(&accept, ',');
		struct span range = span_trim(span_cut(&params, ';'));
		int q = range_q(params), closeness = names_type(range, type);

		if (q >= 0 && closeness > best) {
			best = closeness;
			best_q = q;
		}
	}
	return best_q;
}

int
req_media_type(const struct req *req, const char *const *types)
{
	int best = 0, best_q = 0;

	for (int i = 0; types[i] != NULL; i++) {
		int q = type_q(req->accept, span_str(types[i]));

		if (q > best_q) {
			best_q = q;
			best = i;
		}
	}
	return best;
}

/* ---- traceparent ---- */

#define TRACE_ID_LEN 32
/* "00-" trace "-" parent "-" flags; later versions may say more behind. */
#define TRACEPARENT_LEN 55

/* Small hex digits, not all of them 0. */
static bool
is_trace_part(struct span s)
{
	bool zeros = true;

	for (size_t i = 0; i < s.len; i++) {
		if (strchr("0123456789abcdef", s.p[i]) == NULL
		    || s.p[i] == '\0')
			return false;
		zeros = zeros && s.p[i] == '0';
	}
	return !zeros;
}

struct span
req_trace_id(const struct req *req)
{
	struct span all = req->traceparent, rest = all;
	struct span version = span_cut(&rest, '-');
	struct span trace = span_cut(&rest, '-');
	struct span parent = span_cut(&rest, '-');
	struct span flags = span_cut(&rest, '-');
	bool first = span_eq_str(version, "00");

	if (version.len != 2 || trace.len != TRACE_ID_LEN || parent.len != 16
	    || flags.len != 2 || (first && all.len != TRACEPARENT_LEN)
	    || !is_trace_part(trace) || !is_trace_part(parent)
	    || span_eq_str(version, "ff"))
		return SPAN_NONE;
	return trace;
}

/* ---- If-Match, If-None-Match ---- */

/*
 * The opaque part of the entity-tag at the beginning of rest, quotes
 * included, weak mark off; NONE when there is none.
 */
static struct span
cut_etag(struct span *rest)
{
	struct span tag = *rest;
	const char *quote;

	if (span_starts(tag, SPAN_LIT("W/"))) {
		tag.p += 2;
		tag.len -= 2;
	}
	if (tag.len < 2 || tag.p[0] != '"')
		return SPAN_NONE;
	quote = memchr(tag.p + 1, '"', tag.len - 1);
	if (quote == NULL)
		return SPAN_NONE;
	tag.len = (size_t)(quote + 1 - tag.p);
	rest->len -= (size_t)(tag.p + tag.len - rest->p);
	rest->p = tag.p + tag.len;
	return tag;
}

/* Whether a list of entity-tags names ours. A weak tag is told from a strong
 * one only where the comparison is strong. */
static bool
list_names(struct span list, struct span etag, bool strong)
{
	struct span rest = span_trim(list);
	struct span ours = cut_etag(&etag), tag;

	if (span_eq_str(rest, "*"))
		return true;
	while (rest.len > 0) {
		bool weak = rest.p[0] == 'W';

		if (rest.p[0] == ',' || rest.p[0] == ' ' || rest.p[0] == '\t') {
			rest.p++;
			rest.len--;
			continue;
		}
		tag = cut_etag(&rest);
		if (!span_is(tag))
			return false;
		if (span_eq(tag, ours) && !(strong && weak))
			return true;
	}
	return false;
}

bool
req_etag_matches(const struct req *req, struct span etag)
{
	return list_names(req->if_none_match, etag, false);
}

bool
req_if_match(const struct req *req, struct span etag)
{
	return list_names(req->if_match, etag, true);
}

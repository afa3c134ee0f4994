/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * show - movies, concerts and whatever else is sold
 *
 * Read from the replica (store/read.h).
 *
 * Layer: domain.  Uses: base, store, words.
 */
#ifndef CATALOG_SHOW_H
#define CATALOG_SHOW_H

#include "base/lang.h"
#include "catalog/words.h"

struct ctx;

#define SHOW_QUERY_MAX 100   /* code points of a search */
#define SHOW_NEVER INT64_MIN /* next_starts_ms: nothing is planned */

enum show_outcome {
	SHOW_OK = 0,
	SHOW_E_NONE, /* no such show */
};

struct show {
	int64_t id;
	enum show_kind kind;
	enum show_status status;
	struct span title[N_LANGS], synopsis[N_LANGS];
	int64_t running_minutes;
	struct span age_rating;
	struct span poster_url; /* elsewhere; NONE: none */
	struct span poster;     /* digest of its own; NONE: none */
	int64_t next_starts_ms; /* of its next open performance */
};

struct show_filter {
	int kind, status; /* an enum's value, or -1 for any */
	struct span q;    /* in a title of any language, whatever its
	                   * case, width or form; NONE or empty: any */
	int64_t after_id; /* 0: from the beginning */
	int64_t limit;    /* 1.. */
};

struct show_list {
	struct show *items;
	size_t n;
	bool more; /* others follow the last one */
};

/* Shows by id. Memory: ctx's arena. returns: OK; < 0 on a fault. */
int show_list(struct ctx *ctx, const struct show_filter *filter,
    struct show_list *out) MUST_CHECK;
/* One show. Memory: ctx's arena. returns: OK, NONE; < 0 on a fault. */
int show_get(struct ctx *ctx, int64_t id, struct show *out) MUST_CHECK;

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view - domain values to wire values
 *
 * What the views of all subjects share. A subject with its own shapes keeps
 * them in view_<subject>.c, declared here.
 *
 * Layer: fcgi-app/api.  Uses: http, store.
 */
#ifndef FCGI_APP_API_VIEW_H
#define FCGI_APP_API_VIEW_H

#include "http/json.h"
#include "http/req.h"
#include "http/res.h"
#include "store/ctx.h"

/* The answer is in the reader's language: Content-Language and Vary. */
void view_language(const struct req *req, struct res *res);
/* And in a content coding that he takes: gzip where packed. */
void view_language_and_coding(const struct req *req, struct res *res,
    bool packed);

/* Shared caches may keep the answer for max_age_s seconds, >= 0. Without
 * this an answer is nobody's but the asker's: no-store. */
void view_public(struct ctx *ctx, struct res *res, int64_t max_age_s);

/* 200 with json and its ETag, or 304 when the asker has it already. etag
 * with its quotes, W/ included where it is weak. */
int view_tagged(const struct req *req, struct res *res, struct span etag,
    const struct jw *json);
/* The same with an ETag made from json's digest and the language. */
int view_hashed(struct ctx *ctx, const struct req *req, struct res *res,
    const struct jw *json);

/* view_account.c. Memory: the arena's. */
struct account;
struct wallet;
const struct jw *view_account(struct ctx *ctx, const struct account *account);
const struct jw *view_tokens(struct ctx *ctx, struct span access,
    int64_t expires_in_s, struct span refresh);
const struct jw *view_wallet(struct ctx *ctx, const struct wallet *wallet);
struct wallet_entry;
const struct jw *view_wallet_entries(struct ctx *ctx,
    const struct wallet_entry *list, size_t n, bool more);

/* view_admin.c */
struct audit_row;
struct house_ask;
struct house_result;
void view_house_move(struct jw *w, const struct house_ask *ask,
    const struct house_result *result);
void view_audit_row(struct jw *w, const struct audit_row *row);

/* view_catalog.c. Each is one object, by name inside another. */
struct show;
struct performance;
struct performance_date;
struct performance_section;
void view_show(struct jw *w, const struct show *show, enum lang lang);
void view_performance(struct jw *w, const struct performance *performance,
    enum lang lang);
void view_performance_date(struct jw *w, const struct performance_date *date);
void view_section(struct jw *w, int section_id,
    const struct performance_section *section, enum lang lang);

/* view_layout.c: a whole layout, plain or packed with gzip. Memory: the arena's.
 * returns: 0; VIEW_E_BUSY while another worker packs a large hall; < 0 on a
 *          fault */
enum { VIEW_E_BUSY = 1 };
struct performance_offer;
int view_layout(struct ctx *ctx, const struct performance_offer *offer,
    enum lang lang, bool packed, struct span *out) MUST_CHECK;

/* view_purchase.c. terms: the performance's; NULL leaves labels out. A
 * payment whose id is 0 is written with PAYMENT_ID_MARK in its place. */
struct hold;
struct payment;
struct reservation;
struct seat_change;
struct seat_map;
struct terms;
void view_seat_map(struct jw *w, int64_t performance,
    const struct seat_map *map);
void view_changes(struct jw *w, const char *name,
    const struct seat_change *seats, size_t n);
/* 409 seat-taken with the seats that could not be had. returns: 0 */
struct hold_conflicts;
int view_taken(struct ctx *ctx, struct res *res,
    const struct hold_conflicts *conflicts);
/* Into the open object: a state letter; seat ids. */
void view_letter(struct jw *w, const char *name, char letter);
void view_ids(struct jw *w, const char *name, const int64_t *ids, size_t n);
void view_hold(struct jw *w, const struct hold *hold,
    const struct terms *terms, int64_t now_ms, enum lang lang);
void view_reservation(struct jw *w, const char *name,
    const struct reservation *r, const struct terms *terms, enum lang lang);
void view_payment(struct jw *w, const char *name, const struct payment *p);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * catalog - what a test puts into the catalog, as a catalog file says it
 *
 * JSON is written with ' for ", since it stands in C strings. Tests of a
 * program share one database: keys begin with the test's own word.
 *
 * Layer: tests.  Uses: world, reader/load_file, admin.
 */
#ifndef SUPPORT_CATALOG_H
#define SUPPORT_CATALOG_H

#include "base/clock.h"
#include "catalog/load.h"
#include "reader/load_file.h"
#include "tests/support/world.h"

#include <unistd.h>

/* 2026-11-21T03:00:00Z, noon in Seoul: a Saturday. */
#define NOON INT64_C(1795230000000)
#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

extern struct load_report report;
extern struct load_error load_error;

/* The file's text, with ' for ". memory: the arena's */
struct span catalog_json(const char *quoted);
/* A file that was read, as the command line loads it. returns: a
 * load_outcome; load_error and report are written */
int catalog_apply(const struct load_file *file, bool dry);
/* returns: a load_outcome, also when the file itself is wrong; load_error
 * and report are written */
int catalog_put(const char *quoted);
void catalog_must(const char *quoted);

/* memory: the arena's */
char *catalog_printf(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* A show, a venue with the hall "h" of two rows of five (row A class "front",
 * row B class "back"), all with the key word. zone: IANA. */
const char *catalog_house(const char *word, const char *zone);

/* The members of a performance in that house, without braces. when:
 * "'starts_at': '...'" or "'starts_on': ..., 'at': ..." */
const char *catalog_performance(const char *key, const char *word,
    const char *when);

/* The id of what has a key. table: "shows", "performances", .. */
int64_t catalog_id(const char *table, const char *key);

/* A house with one performance on sale, tomorrow at 19:30; its id. */
int64_t catalog_on_sale(const char *word);

/* A statement that must work. */
void catalog_sql(const char *text);

/* A new request, ms later. */
void catalog_later(int64_t ms);
void catalog_open(void);

/* Wait until the replica has everything that the primary has now. */
void catalog_replicated(void);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_file - a catalog as JSON (doc/load.md) to what catalog/load.h takes
 *
 * Layer: reader.  Uses: reader, catalog.
 */
#ifndef READER_LOAD_FILE_H
#define READER_LOAD_FILE_H

#include "catalog/load.h"
#include "reader/reader.h"

/*
 * memory:  a's; out keeps pointing into text
 * returns: whether text could be read; error is written otherwise
 */
bool load_file_read(struct arena *a, struct span text, struct load_file *out,
    struct load_error *error) MUST_CHECK;

/* One thing alone, as an item of its array in the file, but a venue without its
 * halls and a hall without its plan. */
void load_file_show(struct reader *rd, struct node node, struct load_show *out);
void load_file_venue(struct reader *rd, struct node node,
    struct load_venue *out);
void load_file_hall(struct reader *rd, struct node node, struct load_hall *out);
void load_file_performance(struct reader *rd, struct node node,
    struct load_performance *out);
void load_file_schedule(struct reader *rd, struct node node,
    struct load_performance *out);
/* load_file_plan.c: a hall's "plan". */
const struct plan_spec *load_file_plan(struct reader *rd, struct node node);
/* load_file_refund.c: the "refund_policy" of a performance, or NULL. */
const struct refund_policy *load_file_refund(struct reader *rd,
    struct node object);
/* load_file_write.c: a plan so that, read again, it gives the same seats. */
void load_file_write_plan(struct jw *w, const struct plan *plan);
/* load_file_time.c: points in time. */
struct load_time load_file_time(struct reader *rd, struct node object,
    const char *name);
/* "today", "today+2" or "2026-11-21" into p->day and p->day_offset. */
void load_file_day(struct reader *rd, struct node object, const char *name,
    struct load_performance *p);
/* "19:30", up to "29:59" for shows that begin after midnight. */
int64_t load_file_minute(struct reader *rd, struct node node);

#endif

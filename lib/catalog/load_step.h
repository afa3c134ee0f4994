/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load_step - the steps of a load, for load*.c only
 *
 * Layer: domain.  Uses: load, store.
 */
#ifndef CATALOG_LOAD_STEP_H
#define CATALOG_LOAD_STEP_H

#include "catalog/load.h"
#include "store/ctx.h"

/* The revision that the input's plan of a hall is. */
struct load_planned {
	struct load_planned *next;
	int64_t hall_id, revision_id;
};

/* A performance that was made, or starts at another time or elsewhere. */
struct load_touched {
	struct load_touched *next;
	int64_t id;
	const char *at, *member; /* that says when it starts */
};

struct load {
	struct ctx *ctx;
	struct arena *a;  /* ctx's */
	int64_t user;     /* 0: the command line */
	int64_t until_us; /* by clock_mono_us; 0: for ever */
	struct load_report *report;
	struct load_error *error;
	struct load_planned *planned; /* newest first */
	struct load_touched *touched; /* newest first */
};

/* All return LOAD_OK, LOAD_E_REFUSED with load->error written, or < 0; those
 * that find a row by struct load_which any load_outcome. */

/* Say that the input is wrong at a place: returns LOAD_E_REFUSED. */
int load_refuse(struct load *load, const char *at, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* The path of a member: "shows[0].key"; at may be "". Memory: load->a's. */
const char *load_member(struct load *load, const char *at, const char *name);
/* One statement on the primary. A constraint it breaks is refused at at. */
int load_run(struct load *load, const char *at, const struct sql *sql,
    int n_params, const struct db_param *params,
    struct db_rows *rows) MUST_CHECK;
/*
 * Find a row, make it, or change it when it differs.
 *
 * in:      find    the first n_key of params, the id or 0: gives id, version,
 *                  and the row as JSON, of that id, or else of that key
 *          make    params and load->user: makes it and gives the same
 *          change  params, load->user and the id: changes it only where it
 *                  differs and gives the same
 * out:     *id
 */
struct load_upsert {
	const struct sql *find, *make, *change;
	const char *what; /* "show", for the note */
	const char *at;
	struct load_which which;
	struct span key;
	int n_key, n_params;
	struct load_count *count;
};
#define LOAD_PARAMS_MAX 16
/* As how says. params: n_params of it. */
int load_upsert(struct load *load, const struct load_upsert *how,
    const struct db_param *params, int64_t *id) MUST_CHECK;

/* Tell the operator; a warning where nothing was refused but should be read. */
void load_note(struct load *load, bool warning, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* The note of a row that was changed, from its JSON before and after. */
int load_note_change(struct load *load, const char *at, const char *what,
    struct span key, struct span old, struct span new) MUST_CHECK;

/* For the audit log: what became of a row. before, after: as JSON, or NONE */
void load_changed(struct load *load, const char *what, int64_t id,
    struct span before, struct span after);

/* What the audit log tells of a revision r. */
#define LOAD_REVISION_ROW \
	"jsonb_build_object('hall_id', r.hall_id, 'revision', r.revision, " \
	"'seat_count', r.seat_count, 'plan_sha256', " \
	"encode(r.plan_sha256, 'hex'))"

/* A performance is cancelled or deleted by this load. */
void load_over(struct load *load, int64_t id);

/* ---- performances ---- */

/* What all performances of one entry of the input share. */
struct load_entry {
	const struct load_performance *p;
	int64_t hall_id, show_id, running_ms;
	struct span zone;
	int64_t planned_id; /* the revision for new ones */
	int64_t asked_id;   /* the one asked for, or 0 */
	int64_t priced_id;  /* the revision amounts are for, or 0 */
	int64_t *amounts;   /* by class_no - 1, of the first type, then of
	                     * the next */
	size_t n_amounts;   /* of all types */
	struct span types;  /* LOAD_PRICES_TYPES of them */
};

/* What is there already under the key, or the id; id 0: nothing. */
struct load_existing {
	int64_t id, version, hall_id, revision_id;
	int64_t starts_ms, sales_open_ms, sales_close_ms;
	bool on_sale, promised;
	struct span row; /* as JSON */
	struct span currency;
	int64_t price_version, last_version;
	int64_t *amounts; /* of the default type */
	size_t n_amounts;
	struct span types; /* LOAD_PRICES_TYPES; "": it has none */
};

/* What is to be there. */
struct load_wanted {
	struct span key;
	int64_t revision_id, price_version;
	int64_t starts_ms, sales_open_ms, sales_close_ms;
};

#define LOAD_MS_OF(time) "(extract(epoch FROM " time ") * 1000)::bigint"

/* load_item.c: one performance by its key, or its id. */
int load_item(struct load *load, struct load_entry *e, struct span key,
    int64_t starts_ms, int64_t *id) MUST_CHECK;
/* load_price.c: the amounts by class of a revision, as the input has them,
 * into e. */
int load_prices_take(struct load *load, struct load_entry *e,
    int64_t revision_id) MUST_CHECK;
/* The ticket types of a performance's present list (AS p) with their prices, as
 * one text; "" where it has none. */
#define LOAD_PRICES_TYPES \
	"coalesce((SELECT string_agg(concat_ws(chr(31), (t.type_no = 0)::int," \
	" t.code, t.name_ko, t.name_en, t.min_count, t.max_count," \
	" t.needs_proof::int, (SELECT string_agg(c.amount::text, ','" \
	"  ORDER BY c.class_no) FROM prices AS c" \
	"  WHERE (c.performance_id, c.version, c.type_no)" \
	"   = (t.performance_id, t.version, t.type_no))), chr(30)" \
	" ORDER BY t.code COLLATE \"C\") FROM ticket_types AS t" \
	" WHERE t.performance_id = p.id AND t.version = p.price_version), '')"
/* Whether they, and the types, are those of old's price list. */
bool load_prices_same(const struct load_entry *e,
    const struct load_existing *old);
/* Make a version of a performance's price list of them. */
int load_prices_add(struct load *load, const struct load_entry *e, int64_t id,
    int64_t version) MUST_CHECK;

#endif

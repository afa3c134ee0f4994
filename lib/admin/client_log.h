/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_log - what buyers' programs tell of their troubles
 *
 * Kept as text and for CLIENT_LOG_DAYS, for operators to read, with what
 * client_log_mask.h knows masked. Nobody waits for it and nothing depends on
 * it: what cannot be kept now is dropped.
 *
 * Layer: domain.  Uses: base, store, limit, client_log_mask.
 */
#ifndef ADMIN_CLIENT_LOG_H
#define ADMIN_CLIENT_LOG_H

#include "limit/limit.h"

#include <stdatomic.h>

#define CLIENT_LOG_ENTRIES_MAX 50   /* in one request */
#define CLIENT_LOG_MESSAGE_MAX 2000 /* characters */
#define CLIENT_LOG_CONTEXT_MAX 4000 /* bytes of JSON */
#define CLIENT_LOG_DAYS 14

/* From the worst. */
enum client_log_level {
	CLIENT_LOG_ERROR,
	CLIENT_LOG_WARN,
	CLIENT_LOG_INFO,
	CLIENT_LOG_DEBUG,
};
/* Indexed by the enum, ending with NULL: as on the wire and in the table. */
extern const char *const client_log_levels[];

struct client_log_entry {
	int64_t id, at_ms; /* when it came; not of what is written */
	enum client_log_level level;
	struct span message;
	struct span context;  /* a JSON object as text; NONE */
	struct span said_at;  /* the client's own clock, as it came; NONE */
	struct span release;  /* of the client's program; NONE */
	struct span agent;    /* User-Agent; NONE */
	struct span network;  /* IPv4 /24 or IPv6 /48; NONE: no address */
	int64_t user;         /* 0: nobody was logged in */
	struct span login_id; /* the user's, of what is read; NONE */
};

/* What became of the entries that came to a tree. */
struct client_log_counts {
	atomic_llong kept, dropped;
};

struct client_log_counts *client_log_counts_of(struct shared *shared);

enum client_log_outcome {
	CLIENT_LOG_OK = 0, /* kept */
	CLIENT_LOG_E_MANY, /* the subscriber has said enough (LIMIT_LOGS) */
	CLIENT_LOG_E_AWAY, /* a store is away: dropped */
};

/*
 * Keep what a client says.
 *
 * in:      entries  n of 1..CLIENT_LOG_ENTRIES_MAX: level to release
 *          who      agent, user of all of them
 *          address  where they come from: REMOTE_ADDR
 * out:     told     of the limit, on MANY
 * returns: any client_log_outcome; never a fault, which were logged where they
 *          began
 */
int client_log_add(struct ctx *ctx, const struct client_log_entry *entries,
    size_t n, const struct client_log_entry *who, struct span address,
    struct limit_told *told) MUST_CHECK;

/* What is looked for; zeros: all. */
struct client_log_filter {
	int64_t before_id; /* only older rows */
	int64_t user;
	int level_max;       /* this level and worse; -1: all */
	struct span release; /* the very one */
	struct span text;    /* within the message, whatever the case */
	size_t limit;        /* 1.. */
};

/*
 * Newest first, from the primary.
 *
 * out:     *n of them, and whether there are more
 * memory:  the arena's
 * returns: 0; < 0 on a fault
 */
int client_log_list(struct ctx *ctx, const struct client_log_filter *filter,
    struct client_log_entry **out, size_t *n, bool *more) MUST_CHECK;

/* Forget at most max that were kept long enough; *n were. returns: 0; < 0 */
int client_log_purge(struct ctx *ctx, int64_t max, size_t *n) MUST_CHECK;

#endif

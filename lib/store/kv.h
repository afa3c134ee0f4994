/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kv - the Redis client
 *
 * One connection, opened when first needed and again after a fault; where there
 * are sentinels (sentinel.h), to the master that most of them name. While the
 * breaker (breaker.h) is open, calls fail at once. Every reply is read into
 * the arena before a call returns. A connection is kept only when every
 * command was answered and no more came: else a late answer would be taken for
 * the next one. A write that faulted may or may not have happened.
 * Time-outs hold after reconnects too; AUTH and SELECT are repeated, and the
 * server's run id is read at each connect.
 *
 * Layer: store.  Uses: base, breaker, settings.
 */
#ifndef STORE_KV_H
#define STORE_KV_H

#include "base/arena.h"
#include "store/breaker.h"
#include "store/settings.h"

struct kv;

enum kv_type { KV_NIL, KV_INT, KV_STR, KV_ARRAY, KV_ERROR };

struct kv_reply {
	enum kv_type type;
	int64_t i64;     /* KV_INT */
	struct span str; /* KV_STR, and the text of KV_ERROR;
	                  * NUL-terminated all the same */
	size_t n;        /* KV_ARRAY */
	struct kv_reply *items;
};

/* Fault codes beside -errno values (-ETIMEDOUT, -ECONNREFUSED, ...), which
 * say that there was no connection, or no answer on it. */
#define KV_F_PROTOCOL (-1001) /* the reply made no sense */
#define KV_F_REFUSED (-1002)  /* Redis answered with an error: logged */
#define KV_F_LOADING (-1003)  /* it lost something, which is being put back */
#define KV_F_AWAY \
	(-1004) /* not asked, since it has just not answered \
	         * others; or it says that it cannot serve now \
	         * (BUSY, LOADING, a replica; it is full, or \
	         * takes no writes): nothing was done */

/* Whether a fault says that Redis is away as a whole: another call would do
 * no better for now, whatever it asks. */
static inline bool
kv_is_away(int fault)
{
	return fault == KV_F_AWAY || (fault < 0 && fault > KV_F_PROTOCOL);
}

/* set is read at each (re)connect and must stay valid. Connects lazily. */
struct kv *kv_open(const struct settings *set);
void kv_close(struct kv *kv);
/* Share a breaker with others who ask the same server; it lives longer. A
 * client on its own has its own. */
void kv_share(struct kv *kv, struct breaker *breaker);
/* Forget the connection and what the breaker knows; the next call opens one (a
 * DSN changed). */
void kv_drop(struct kv *kv);

/*
 * One command, arguments as spans (binary safe).
 *
 * memory:  *out lives in a
 * returns: 0; < 0 on a fault, when a write may or may not have happened.
 *          An error reply is KV_F_REFUSED, but for kv_try, which hands it
 *          over as KV_ERROR and returns 0.
 */
int kv_command(struct kv *kv, struct arena *a, int argc,
    const struct span *argv, struct kv_reply *out) MUST_CHECK;
int kv_try(struct kv *kv, struct arena *a, int argc, const struct span *argv,
    struct kv_reply *out) MUST_CHECK;

/*
 * An answer made no sense to who asked: it may be that of another command, so
 * the connection is not believed any more. Logged.
 *
 * in:      what  the answer's name, for people
 * returns: KV_F_PROTOCOL
 */
void kv_distrust(struct kv *kv, const char *what);
static inline int
kv_nonsense(struct kv *kv, const char *what)
{
	kv_distrust(kv, what);
	return KV_F_PROTOCOL;
}

/*
 * Make sure that the connection leads to the master that most sentinels name,
 * and that calls itself one, now: it may be cut off from the others, who have
 * another by now. Where it does not the connection is dropped. Without
 * sentinels there is nothing to ask.
 *
 * returns: 0; < 0 on a fault: Redis is as good as away
 */
int kv_confirm(struct kv *kv) MUST_CHECK;

/* Whether Redis answers and takes writes: it does one. returns: 0; < 0 on a
 * fault */
int kv_probe(struct kv *kv) MUST_CHECK;
/*
 * What follows frees memory, until false is said: where Redis is away only in
 * that it takes no writes, it is asked all the same. It takes those of scripts
 * that begin with "#!lua flags=allow-oom"; where it refuses what is queued
 * behind one, kv_run hands that over as KV_ERROR.
 */
void kv_freeing(struct kv *kv, bool freeing);

/* Whether the last thing heard of Redis is that a script does not end. */
bool kv_is_busy(const struct kv *kv);
/*
 * End the script that runs, on a connection of its own and whatever the
 * breaker says: while it runs, Redis answers nothing else.
 *
 * returns: 0 it is over; KV_E_UNKILLABLE it has written already, so that only
 *          a restart of Redis ends it; < 0 a fault
 */
#define KV_E_UNKILLABLE 1
int kv_kill_script(struct kv *kv) MUST_CHECK;

/*
 * Several commands in one round trip: kv_queue each (arguments are copied),
 * then kv_run for all replies in order.
 *
 * out:     out[0..n-1]; an error reply is KV_ERROR
 * returns: 0; < 0 on a fault: any of the commands may have run
 */
void kv_queue(struct kv *kv, int argc, const struct span *argv);
int kv_run(struct kv *kv, struct arena *a, size_t n,
    struct kv_reply *out) MUST_CHECK;

/*
 * A script by its table row (script.h): EVALSHA, and once more with the
 * script's text when the server has forgotten it.
 *
 * in:      keys, args  binary safe
 * returns: 0; < 0 on a fault, when the script may or may not have run
 */
struct script;
int kv_script(struct kv *kv, struct arena *a, const struct script *script,
    int n_keys, const struct span *keys, int n_args, const struct span *args,
    struct kv_reply *out) MUST_CHECK;
/* The same inside a pipeline: queued as EVALSHA. A NOSCRIPT among the replies
 * of kv_run is a KV_ERROR; kv_run reloads all scripts so that asking again
 * works. */
void kv_queue_script(struct kv *kv, const struct script *script, int n_keys,
    const struct span *keys, int n_args, const struct span *args);

/* The run id of the connected server ("" before the first connect), and a
 * number that grows with each connect. */
const char *kv_run_id(const struct kv *kv);
uint64_t kv_generation(const struct kv *kv);

#endif

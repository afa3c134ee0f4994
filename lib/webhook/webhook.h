/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * webhook - who is told over HTTPS of what happens
 *
 * Made by operators; each has a secret of its own, which is shown when it is
 * made and when it is changed, and a list of what it wants to be told. What was
 * told is in delivery.h.
 *
 * Layer: domain.  Uses: base, store, admin.
 */
#ifndef WEBHOOK_WEBHOOK_H
#define WEBHOOK_WEBHOOK_H

#include "admin/audit_log.h"

#define WEBHOOK_URL_MAX 500
#define WEBHOOK_NOTE_MAX 100
#define WEBHOOK_KEEP_HOURS_MAX 168
#define WEBHOOK_KEEP_HOURS 24
/* A list is never longer: there is no more than that of them. */
#define WEBHOOKS_MAX 200

/* What may be told; ends with NULL. */
extern const char *const webhook_kinds[];

enum webhook_outcome {
	WEBHOOK_OK = 0,
	WEBHOOK_E_NONE,   /* there is none with this id */
	WEBHOOK_E_OFF,    /* [webhook] key is not set */
	WEBHOOK_E_URL,    /* not https://HOST/..., or too long */
	WEBHOOK_E_KINDS,  /* none, one that is not among webhook_kinds,
	                   * or one twice */
	WEBHOOK_E_NOTE,   /* not 0..WEBHOOK_NOTE_MAX characters of text */
	WEBHOOK_E_MANY,   /* WEBHOOKS_MAX are there */
	WEBHOOK_E_REASON, /* not audit_reason_ok */
};

struct webhook {
	int64_t id;
	struct span url, note;
	const struct span *kinds;
	size_t n_kinds;
	bool enabled;
	struct span why;           /* not, where nobody said so; else NONE */
	struct span failing_since; /* RFC 3339; NONE: it takes what it gets */
	struct span made_at;       /* RFC 3339 */
	int64_t n_waiting;         /* deliveries that are not sent yet */
};

/* What is to be; of a change NONE, NULL and -1 leave it as it is. */
struct webhook_ask {
	struct span url, note;
	const struct span *kinds; /* NULL of a new one: all */
	size_t n_kinds;
	int enabled; /* 0, 1; not of a new one */
};

/* All memory is the arena's. A fault of a write leaves open whether it was
 * done. */

/* By id. out: *list, *n, 0..WEBHOOKS_MAX. returns: OK; < 0 on a fault */
int webhook_list(struct ctx *ctx, struct webhook **list, size_t *n) MUST_CHECK;
/* returns: OK, NONE; < 0 on a fault */
int webhook_find(struct ctx *ctx, int64_t id, struct webhook *out) MUST_CHECK;

/* out: *id; *secret  as webhook_secret_text. returns: any webhook_outcome; < 0
 * on a fault */
int webhook_make(struct ctx *ctx, const struct webhook_ask *ask,
    const struct audit_by *by, int64_t *id, const char **secret) MUST_CHECK;
/* returns: any webhook_outcome; < 0 on a fault; asking again is safe */
int webhook_change(struct ctx *ctx, int64_t id, const struct webhook_ask *ask,
    const struct audit_by *by) MUST_CHECK;
/* With all that was told it. returns: OK, NONE, REASON; < 0 on a fault */
int webhook_drop(struct ctx *ctx, int64_t id,
    const struct audit_by *by) MUST_CHECK;

/*
 * Give it another secret. For some hours, 0..WEBHOOK_KEEP_HOURS_MAX, what it is
 * told is signed by the one before too.
 *
 * out:     *secret  as webhook_secret_text
 * returns: OK, NONE, OFF, REASON; < 0 on a fault
 */
int webhook_rotate(struct ctx *ctx, int64_t id, int64_t keep_hours,
    const struct audit_by *by, const char **secret) MUST_CHECK;

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * online - does what the settings name exist, and is it fit for the programs
 *
 * One line a thing, on standard output: "ok NAME: what was found" or
 * "not ok NAME: what is wrong; what mends it". Nothing is changed.
 *
 * Layer: ctl.  Uses: store.
 */
#ifndef CTL_ONLINE_H
#define CTL_ONLINE_H

#include "ctl/ctl.h"

/* Look at everything. ctl->ctx is open. returns: whether all is ok */
bool online_check(struct ctl *ctl) MUST_CHECK;

/*
 * The parts, for online.c alone. Each tells its own lines.
 */
bool online_primary(struct ctl *ctl) MUST_CHECK;
bool online_replica(struct ctl *ctl) MUST_CHECK;
/* The way past a pooler; nothing is told where the settings name none. */
bool online_direct(struct ctl *ctl) MUST_CHECK;
bool online_redis(struct ctl *ctl) MUST_CHECK;
bool online_providers(struct ctl *ctl) MUST_CHECK;

/* Whether connections of that role have sessions of their own, where the
 * settings need them; told as name only where not. */
bool online_session(struct ctl *ctl, const char *name,
    enum db_role role) MUST_CHECK;

/* One line; return what they say, so that it can be passed up. */
bool online_ok(const char *name, const char *fmt, ...) PRINTF_LIKE(2, 3);
bool online_not_ok(const char *name, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif

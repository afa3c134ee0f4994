/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * script - the Lua scripts, embedded at build time
 *
 * lua/<module>_<verb>.lua becomes script_<module>_<verb>; script_table.c is
 * generated from the folder by lua/embed.sh. Each script's head tells KEYS,
 * ARGV, what it returns, and why it must be atomic. The line "--#keys ..." of a
 * performance's script names those it uses. "--#include NAME" lines are
 * replaced by lua/NAME.inc.lua, so that a rule has one home. Redis runs a
 * script from its first line each time and makes all its functions anew: what
 * is seldom needed is included where it is.
 *
 * Layer: store.  Uses: base, keys.
 */
#ifndef STORE_SCRIPT_H
#define STORE_SCRIPT_H

#include "base/span.h"
#include "store/keys.h"

struct script {
	const char *name; /* "hold_place" */
	struct span text;
	char sha1[41]; /* lower-case hex, made at build time */
	/* of a performance, in this order; n_keys 0: its caller knows */
	int n_keys;
	enum perf_key keys[KEY_N_PERF];
};

/* All of them; the last has no name. */
extern const struct script *const scripts_all[];

/* script_hold_place and so on: */
#include "store/script_list.h"

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world - a ctx on the program's private servers, and users to act with
 *
 * Tests of a program share one database, so each names its users after
 * itself: no test sees another's rows.
 *
 * Layer: tests.  Uses: store, account.
 */
#ifndef SUPPORT_WORLD_H
#define SUPPORT_WORLD_H

#include "account/account.h"
#include "base/fault.h"
#include "recovery/recovery.h"
#include "store/ctx.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

extern struct ctx ctx;

/* Small enough that a hash costs next to nothing. */
#define WORLD_ARGON2_KIB 64

void world_open(void);
void world_close(void);

/* A statement made up by a test; each has a place of its own, since what is
 * prepared is known by its address. */
const struct sql *world_sql(const char *text);

/* A number that the primary answers. */
int64_t world_number(const char *text);

/* A user with this login id, the password "password" and an empty wallet. */
int64_t world_user(const char *login);

#ifdef FAULTS
/* A process of its own does work, and must die at the point. */
void world_crash(const char *point, void (*work)(void));
#endif

#endif

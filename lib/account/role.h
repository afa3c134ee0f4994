/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * role - what kind of user somebody is
 *
 * What a role may do is said by the routes (fcgi-app/gates.c); here are only
 * the names, as the schema, the tokens and the wire spell them.
 *
 * Layer: domain.  Uses: base.
 */
#ifndef ACCOUNT_ROLE_H
#define ACCOUNT_ROLE_H

#include "base/span.h"

enum role {
	ROLE_USER,  /* buys */
	ROLE_STAFF, /* sells at the counter */
	ROLE_GATE,  /* lets people in */
	ROLE_ADMIN, /* runs the system, and may do all of it */
};

#define N_ROLES 4

/* "ADMIN" */
const char *role_name(enum role role);
/* The role of a name, spelled exactly so. False: there is none. */
bool role_find(struct span name, enum role *out) MUST_CHECK;

#endif

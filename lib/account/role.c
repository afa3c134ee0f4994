/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * role - what kind of user somebody is
 *
 * Layer: domain.  Uses: base.
 */
#include "account/role.h"

static const char *const names[N_ROLES] = {
	[ROLE_USER] = "USER",
	[ROLE_STAFF] = "STAFF",
	[ROLE_GATE] = "GATE",
	[ROLE_ADMIN] = "ADMIN",
};

const char *
role_name(enum role role)
{
	return names[role];
}

bool
role_find(struct span name, enum role *out)
{
	for (int i = 0; i < N_ROLES; i++)
		if (span_eq_str(name, names[i])) {
			*out = (enum role)i;
			return true;
		}
	return false;
}

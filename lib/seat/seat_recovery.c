/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_recovery - who puts things right, for those who find them wrong
 *
 * Layer: domain.  Uses: store.
 */
#include "seat/seat_recovery.h"

#include <assert.h>

CTX_PART(given, const struct seat_recovery *);

void
seat_recover_by(struct ctx *ctx, const struct seat_recovery *by)
{
	*(const struct seat_recovery **)ctx_part(ctx, &given) = by;
}

const struct seat_recovery *
seat_recovery(const struct ctx *ctx)
{
	const struct seat_recovery **by = ctx_part(ctx, &given);

	assert(*by != NULL);
	return *by;
}

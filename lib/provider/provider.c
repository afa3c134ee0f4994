/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * provider - who takes money for us
 *
 * Layer: provider.  Uses: base, store.
 */
#include "provider/provider.h"

static const struct provider *const providers[] = { &provider_stripe,
	&provider_mock };

const struct provider *
provider_find(struct span name)
{
	for (size_t i = 0; i < ARRAY_LEN(providers); i++)
		if (span_eq_str(name, providers[i]->name))
			return providers[i];
	return NULL;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audited - what must never be, is not
 *
 * Layer: tests.  Uses: audit, house, check.
 */
#ifndef SUPPORT_AUDITED_H
#define SUPPORT_AUDITED_H

/* Every invariant holds of what house's stores have, where everything has come
 * to rest; but that messages are taken (I17), which nothing sends here. */
void audited(void);
/* Those that hold at any moment. */
void audited_always(void);

#endif

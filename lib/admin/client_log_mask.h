/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_log_mask - secrets go from a text before it is kept
 *
 * What a buyer's program tells of its troubles may hold what it should not:
 *
 *     a JWT     two or more parts of base64url joined by dots, of which the
 *               first begins with "eyJ", which is {" (RFC 7519)
 *     a card    13 to 19 digits, alone or parted by single blanks or hyphens,
 *               of which the last fits the others (Luhn; ISO/IEC 7812-1)
 *
 * Layer: domain.  Uses: base.
 */
#ifndef ADMIN_CLIENT_LOG_MASK_H
#define ADMIN_CLIENT_LOG_MASK_H

#include "base/arena.h"

/* The text with "[masked]" for each secret. Memory: text's own where it has
 * none, else a's. */
struct span client_log_mask(struct arena *a, struct span text);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * part - what a module above the store keeps in each ctx, or in the memory that
 * a tree shares
 *
 * Layer: store.  Uses: base.
 */
#include "store/part.h"

struct parts ctx_parts, shared_parts;

void
part_join(struct parts *parts, struct part *part)
{
	part->at = parts->size;
	part->next = parts->first;
	parts->first = part;
	parts->size += (part->size + PART_LINE - 1) / PART_LINE * PART_LINE;
}

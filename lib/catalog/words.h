/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words - the closed lists of the catalog and how they are spelt
 *
 * The spellings are those of the database, the wire and the load file alike.
 *
 * Layer: domain.  Uses: base.
 */
#ifndef CATALOG_WORDS_H
#define CATALOG_WORDS_H

#include "base/base.h"
#include "base/span.h"

enum show_kind { SHOW_MOVIE, SHOW_CONCERT, SHOW_PLAY, SHOW_SPORT };
enum show_status { SHOW_UPCOMING, SHOW_RUNNING, SHOW_ENDED };
enum performance_status {
	PERFORMANCE_DRAFT,  /* not shown to the public */
	PERFORMANCE_OPEN,   /* sold within its sale window */
	PERFORMANCE_CLOSED, /* shown, not sold */
	PERFORMANCE_CANCELLED,
};
enum queue_mode {
	QUEUE_OFF,
	QUEUE_FIFO,  /* buyers stand in line */
	QUEUE_AUTO,  /* only where others wait, or no place is free */
	QUEUE_LOBBY, /* those who come before the sale are drawn */
};
enum queue_status { QUEUE_OPEN, QUEUE_PAUSED, QUEUE_CLOSED };
enum section_kind { SECTION_ASSIGNED, SECTION_SLOT, SECTION_COUNTER };
enum seat_rule {
	SEAT_RULE_NO_LONE_SEAT,
	SEAT_RULE_ACCESSIBLE_LAST,
	N_SEAT_RULES,
};
enum decoration_kind { DECORATION_STAGE, DECORATION_EXIT, DECORATION_TEXT };

/* Indexed by the enum, ending with NULL. */
extern const char *const show_kinds[],
    *const show_statuses[], *const performance_statuses[],
				*const performance_moves[],
				    *const performance_transfers[],
					*const queue_modes[],
					    *const queue_statuses[],
						*const section_kinds[],
						    *const decoration_kinds[],
							*const seat_rules[];

/* The index of word in words, or -1. */
int words_find(const char *const *words, struct span word);
/* The same for a cell of the database into *out. One that is no word of ours
 * (of a newer schema, or by somebody's hand) is a fault, logged: a worker
 * answers for the row and lives. returns: 0; < 0 */
int words_read(const char *const *words, struct span word, int *out) MUST_CHECK;

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * note - what operators write down about a reservation
 *
 * Notes are added and never changed; search_reservation tells them, and so does
 * the audit log.
 *
 * Layer: domain.  Uses: base, store, reservation, audit_log.
 */
#ifndef ADMIN_NOTE_H
#define ADMIN_NOTE_H

#include "admin/audit_log.h"

#define NOTES_MAX 100 /* of one reservation */

enum note_outcome {
	NOTE_OK = 0,
	NOTE_E_NONE, /* no such reservation */
	NOTE_E_MANY, /* it has NOTES_MAX */
	NOTE_E_TEXT, /* not audit_reason_ok */
};

/*
 * in:      number  as typed; by  its reason is the note
 * out:     id  of the note, on NOTE_OK
 * returns: any note_outcome; < 0 on a fault, when it may be there
 */
int note_add(struct ctx *ctx, struct span number, const struct audit_by *by,
    int64_t *id) MUST_CHECK;

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_note - boxofficectl reservation note NUMBER TEXT
 *
 * Layer: ctl.  Uses: admin.
 */
#include "ctl/ctl.h"

#include "admin/note.h"

int
cmd_reservation_note(struct ctl *ctl, int argc, char **argv)
{
	struct audit_by by = { .os_user = ctl_os_user(&ctl->ctx.arena) };
	int64_t id;
	int r;

	if (argc != 3)
		return ctl_usage(ctl);
	by.reason = span_str(argv[2]);
	r = note_add(&ctl->ctx, span_str(argv[1]), &by, &id);
	switch (r) {
	case NOTE_E_NONE:
		return ctl_refuse("there is no such reservation");
	case NOTE_E_MANY:
		return ctl_refuse("it has %d notes already", NOTES_MAX);
	case NOTE_E_TEXT:
		return ctl_refuse(
		    "the note must be 1 to %d characters on one line",
		    AUDIT_REASON_MAX);
	}
	return r < 0 ? ctl_fault(r) : CTL_OK;
}

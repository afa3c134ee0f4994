/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * secret - reading a password without showing it
 *
 * Never from argv: every user of the machine can read that.
 *
 * Layer: ctl.  Uses: base.
 */
#ifndef CTL_SECRET_H
#define CTL_SECRET_H

#include "base/arena.h"

/* A longer first line is refused. */
#define SECRET_LEN_MAX 1024

/*
 * in:      file  a path, "-" for standard input, or NULL for the terminal,
 *                which is asked twice without echo
 * out:     out   the first line without its newline; memory: the arena's
 * returns: 0; 1 refused, and the operator was told why
 */
int secret_read(struct arena *a, const char *file, struct span *out) MUST_CHECK;

#endif

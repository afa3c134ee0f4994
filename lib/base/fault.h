/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault - named places where a test makes things go wrong
 *
 * Compiled in only with ./configure --enable-faults; otherwise every macro is
 * nothing. What happens is told by the environment variable
 * BOXOFFICE_FAULTS, a comma list read at the first hit:
 *   crash:NAME:N          _exit(137) at the N-th hit of NAME in this process
 *   pause:NAME:N:PATH     at the N-th hit create PATH.reached, then wait
 *                         until PATH.go exists
 *   fail:NAME:N           the N-th FAULT_FAIL(NAME) says true ("fail:NAME:*"
 *                         every one)
 * With BOXOFFICE_FAULT_TRACE=FILE every hit appends its name to FILE, so a
 * sweep knows which points exist and a point never hit can fail the run.
 *
 * Names are module.place: "hold.after_script".
 *
 * Layer: base.  Uses: nothing.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include "base/base.h"
#include "base/faults.h"

#ifdef FAULTS
/* FAULT_POINT, FAULT_FAIL: the process comes by name. fault_point does what the
 * plan says there; fault_fail says whether the call is to fail. */
void fault_point(const char *name);
bool fault_fail(const char *name) MUST_CHECK;
/* Read BOXOFFICE_FAULTS again and forget all counts. */
void fault_reset(void);
/* How often this process has come by a name that the plan has. */
int64_t fault_hits(const char *name) MUST_CHECK;
#define FAULT_POINT(name) fault_point(name)
#define FAULT_FAIL(name) fault_fail(name)
#else
#define FAULT_POINT(name) ((void)0)
#define FAULT_FAIL(name) false
#endif

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crew_watch - which workers have to go, and their going
 *
 * The half of the crew that looks at workers already there; crew.c hires and
 * buries.
 *
 * Layer: fcgi-app (private to crew).  Uses: crew.
 */
#ifndef FCGI_APP_CREW_WATCH_H
#define FCGI_APP_CREW_WATCH_H

#include "fcgi-app/crew.h"

/* Kill who is stuck, and who was told to leave and has not. */
void crew_kill_stuck(struct crew *c);
/* Choose a worker that is too old or too large, when the crew is full and
 * nobody else is leaving. */
void crew_retire_one(struct crew *c);
/* Tell those to leave whose replacement accepts: retiring workers, and those
 * of the program before. */
void crew_relieve(struct crew *c);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notify - tell systemd how we are
 *
 * Source: sd_notify(3): one datagram to $NOTIFY_SOCKET ("@" is abstract).
 *
 * Layer: base.  Uses: log.
 */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

#include "base/base.h"

/* Send state ("READY=1\nSTATUS=..."); nothing without $NOTIFY_SOCKET. */
void notify_send(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* Half of WATCHDOG_USEC in ms when the watchdog is meant for this pid,
 * otherwise 0. */
int64_t notify_watchdog_ms(void);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * proxy - a wire between a client and a server that a test can cut
 *
 * A process listens on a unix socket and hands every byte on, until the
 * client sends something that holds a chosen text: then it does what the test
 * wants to see, once. It ends with the test. It can also answer in the place of
 * a Redis.
 *
 * Layer: tests.  Uses: base (span).
 */
#ifndef SUPPORT_PROXY_H
#define SUPPORT_PROXY_H

#include "base/span.h"

enum proxy_mode {
	PROXY_CUT_BEFORE, /* the server never sees it; both hung up */
	PROXY_CUT_AFTER,  /* the server has done it; nobody is told */
	PROXY_MUTE,       /* the server has done it; silence, no end */
	PROXY_STALL,      /* the server has what comes before the text;
	                   * the rest waits at the fault point
	                   * proxy.stall */
	PROXY_ANSWER,     /* see proxy_answer */
};

/*
 * in:  listen, server  paths of unix sockets; listen is made
 *      text            what triggers it; whole in one write of the client
 */
void proxy_start(const char *listen, const char *server, struct span text,
    enum proxy_mode mode);
/*
 * From the text on the server's replies (RESP2) are counted, from 0: the n-th
 * is answered with instead, once; NONE hangs up in its place. The text is in
 * the first of the commands that are sent together.
 */
void proxy_answer(const char *listen, const char *server, struct span text,
    size_t n, struct span instead);
/* Listen, turn everybody away at once, and write a byte to count each time. */
void proxy_refuse(const char *listen, int count);
/* Exactly n more have been turned away: they are counted in their order, though
 * maybe a little after the caller knows. */
void proxy_expect(int counted, int n);
/* End it; also at the end of the test's process. */
void proxy_stop(void);

#endif

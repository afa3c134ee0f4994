/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shell - boxofficectl as an operator types it
 *
 * The program is run by the shell, in which $CTL is it with its configuration
 * "conf" and $CTL_LIVE with "live.conf"; its standard output, standard error
 * and exit status are what is looked at.
 *
 * Layer: tests.  Uses: store, check.
 */
#ifndef SUPPORT_SHELL_H
#define SUPPORT_SHELL_H

#include "store/ctx.h"

/* What the last command wrote. */
extern char out[262144], err[65536];

/* A folder of its own, for the servers of a context that is open. */
void shell_open(struct ctx *ctx);
void shell_close(void);

/* The path of it, and of a file there. Static memory, of the last four. */
extern char folder[];
const char *in_folder(const char *name);
void write_file(const char *name, const char *text);
/* The configuration of the private servers; more is added to [token]. */
void write_conf(const char *name, const char *more);

/* Run a shell command. returns: the exit status; out and err are filled */
int shell_run(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif

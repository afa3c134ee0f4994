/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * paysim - tests/paysim as a test's own provider, what it is told, and what it
 * has done
 *
 * Layer: tests.  Uses: outside, check.
 */
#ifndef SUPPORT_PAYSIM_H
#define SUPPORT_PAYSIM_H

#include "store/ctx.h"

#include <sys/types.h>

struct paysim {
	char dir[64];      /* its own, made and removed */
	char address[128]; /* https://localhost:PORT */
	pid_t pid;
};

extern struct paysim paysim;

/* For FIXTURE_ONCE. */
void paysim_start(void);
void paysim_stop(void);

/* The settings with which it is asked, and its secrets. */
void paysim_settings(struct settings *set);

struct outside_request;
/* Anything, which it has to do (200). ctx has outside. */
void paysim_ask(struct ctx *ctx, const struct outside_request *request);
/* A command: what is behind /_sim/. ctx has outside. */
void paysim_tell(struct ctx *ctx, const char *method, const char *path,
    struct span body);
/* "op=confirm&kind=lost": the next question is answered so. */
void paysim_fault(struct ctx *ctx, const char *how);
/* How many lines of its journal say so, and have that in them. */
int paysim_noted(const char *said, struct span about);

/* Run a Python program of ours, which dies with the test, until it has written
 * a file of that name into the folder. first, second, third: its arguments; to
 * NULL. out: to, what is in the file. */
pid_t paysim_run(const char *program, const char *first, const char *second,
    const char *third, const char *name, char *to, size_t size);
/* A file of the folder. returns: whether there is something in it */
bool paysim_file(const char *name, char *to, size_t size);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * load - what a scenario of the bench is
 *
 * The engine (load.c) keeps N connections busy for some seconds; a scenario
 * says what each connection asks next and what it makes of the answer.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	REQUEST_MAX = 4096,
	ANSWER_MAX = 256 * 1024,
	TOKEN_MAX = 1024,
	TICKET_MAX = 128
};

/* What the whole run shares. */
struct load {
	char **tokens; /* access tokens, one a user */
	int64_t n_tokens;
	/* Places in a line, by the user who has it; NULL: none. The first
	 * n_tickets users have one each. */
	char **tickets;
	int64_t n_tickets;
	int64_t first_performance, n_performances;
	int64_t next;    /* running number of what is asked */
	int64_t n_seats; /* of each performance */
	int64_t n_done;  /* units of work (a sale is two requests) */
	int64_t n_wrong; /* answers that were not the expected ones */
	char wrong[512]; /* the first of them */
};

/* What one connection remembers between its requests. */
struct conn {
	int fd;
	int step;
	bool idle;      /* it is not yet time to ask */
	int64_t number; /* the unit it works on */
	char hold_token[128];
	char out[REQUEST_MAX];
	size_t out_len, out_done;
	char in[ANSWER_MAX];
	size_t in_len;
	int64_t sent_us;
};

struct scenario {
	const char *name;
	/* Write the next request into conn->out, its length to out_len. */
	void (*ask)(struct load *load, struct conn *conn);
	/* Look at an answer. body is NUL-terminated. */
	void (*got)(struct load *load, struct conn *conn, int status,
	    const char *body);
};

/* All scenarios; ends with a NULL name. */
extern const struct scenario scenarios[];

/* Note an answer that should not have been. */
void load_wrong(struct load *load, int status, const char *body);

#endif

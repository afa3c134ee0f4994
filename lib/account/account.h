/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account - who may buy: signing up, logging in, being looked up
 *
 * Everything here reads and writes the primary. A user whose password hash
 * is missing (made for rehearsals) cannot log in.
 *
 * Layer: domain.  Uses: base, store, fold, password, role.
 */
#ifndef ACCOUNT_ACCOUNT_H
#define ACCOUNT_ACCOUNT_H

#include "account/role.h"

struct ctx;

/* Code points, but for the email: bytes. */
#define ACCOUNT_NAME_MAX 100
#define ACCOUNT_EMAIL_MAX 254
#define ACCOUNT_PASSWORD_MIN 8
#define ACCOUNT_PASSWORD_MAX 256

enum account_outcome {
	ACCOUNT_OK = 0,
	ACCOUNT_E_TAKEN,    /* the login id, or one that looks like it */
	ACCOUNT_E_LOGIN_ID, /* length, characters or scripts */
	ACCOUNT_E_PASSWORD, /* length or controls */
	ACCOUNT_E_NAME,
	ACCOUNT_E_EMAIL,
	ACCOUNT_E_CREDENTIALS, /* no such user, or another password */
	ACCOUNT_E_NONE,        /* no such user */
};

struct account {
	int64_t id;
	struct span login_id, name, email;
	enum role role;
	bool disabled;
	bool totp; /* his login needs a code (totp.h) */
	int64_t created_ms;
	int64_t version; /* grows with every change but the login's own */
	int64_t changed_ms, changed_by; /* 0: nobody, or the command line */
};

struct account_new {
	struct span login_id, password, name, email;
	enum role role;
	bool email_may_lack; /* the operator may leave it out: "" */
};

/*
 * Make a user and an empty wallet, together.
 *
 * out:     out  on ACCOUNT_OK; memory: the arena's
 * returns: OK, TAKEN, LOGIN_ID, PASSWORD, NAME, EMAIL; < 0 on a fault, when
 *          the user may have been made: asking again then says TAKEN
 */
int account_signup(struct ctx *ctx, const struct account_new *who,
    struct account *out) MUST_CHECK;

/*
 * Whose login id and password are these? Takes as long, and answers alike,
 * for a login id that does not exist or a user who is disabled. A hash made
 * with other parameters than today's settings is made anew on the way.
 *
 * in:      password  longer ones than ACCOUNT_PASSWORD_MAX are not hashed
 * out:     out       on ACCOUNT_OK; memory: the arena's
 * returns: OK, CREDENTIALS; < 0 on a fault
 */
int account_login(struct ctx *ctx, struct span login_id, struct span password,
    struct account *out) MUST_CHECK;

/*
 * Give a user another password. All sessions end, access tokens and all.
 *
 * returns: OK, NONE, PASSWORD; < 0 on a fault, when it may have been done:
 *          asking again is safe
 */
int account_password(struct ctx *ctx, struct span login_id,
    struct span password) MUST_CHECK;

struct account_password_change {
	int64_t user;
	int64_t session; /* goes on, all others end; 0: none does */
	struct span was, password;
};

/*
 * A user's own change. Access tokens of the sessions that end live out their
 * time.
 *
 * returns: OK, PASSWORD, CREDENTIALS where it was another one or the user is
 *          disabled; < 0 on a fault, when it may have been done
 */
int account_change_password(struct ctx *ctx,
    const struct account_password_change *ask) MUST_CHECK;

/* The user of an id. returns: OK, NONE; < 0 on a fault. */
int account_get(struct ctx *ctx, int64_t id, struct account *out) MUST_CHECK;

struct account_filter {
	int role, disabled; /* -1: any */
	struct span q;      /* in login id, name or email; "": any */
	bool newest_first;
	int64_t after_id; /* of the page before; 0: the first page */
	int64_t limit;    /* 1.. */
};

/*
 * Users in order of their ids, from the primary: one sees what one just did.
 *
 * out:     *n of them, and whether there are more
 * memory:  the arena's
 * returns: 0; < 0 on a fault
 */
int account_list(struct ctx *ctx, const struct account_filter *filter,
    struct account **out, size_t *n, bool *more) MUST_CHECK;

/* The user of a login id, however it is spelt. returns: OK, NONE; < 0. */
int account_find(struct ctx *ctx, struct span login_id,
    struct account *out) MUST_CHECK;

#endif

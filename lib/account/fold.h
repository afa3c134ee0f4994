/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fold - one spelling for what people call the same name; the door to
 * utf8proc
 *
 * Sources: Unicode 15 NFC and NFKC_Casefold (UAX 15, UAX 31); letters of
 * Greek, Cyrillic and Armenian that look like Latin ones are folded into them,
 * after the idea of UTS 39 skeletons.
 *
 * Layer: domain.  Uses: base.
 */
#ifndef ACCOUNT_FOLD_H
#define ACCOUNT_FOLD_H

#include "base/arena.h"

#define FOLD_LOGIN_MIN 3 /* code points */
#define FOLD_LOGIN_MAX 64

enum fold_outcome {
	FOLD_OK = 0,
	FOLD_E_TEXT,      /* not UTF-8, or controls in it */
	FOLD_E_LENGTH,    /* not 3..64 code points */
	FOLD_E_CHARACTER, /* only letters, digits and . _ - @ + */
	FOLD_E_MIXED,     /* letters of scripts that do not go together
	                   * (writing.h), or of none in use: *out is
	                   * written all the same */
};

struct fold_login {
	struct span shown; /* as typed, in NFC */
	struct span fold;  /* what must be unique */
};

/*
 * A login id as it is shown and as it is compared. Two ids that look alike
 * (case, width, composed or not, Cyrillic for Latin) have one fold.
 *
 * out:     out  on FOLD_OK and FOLD_E_MIXED; memory: the arena's
 * returns: any fold_outcome
 */
int fold_login(struct arena *a, struct span login,
    struct fold_login *out) MUST_CHECK;

/*
 * Text in NFC, as names and passwords are kept (RFC 8265, 8266).
 *
 * in:      text  at most 16 KiB
 * out:     out   memory: the arena's
 * returns: FOLD_OK, FOLD_E_TEXT
 */
int fold_nfc(struct arena *a, struct span text, struct span *out) MUST_CHECK;

#endif

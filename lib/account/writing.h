/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * writing - which scripts the letters of a login id are of
 *
 * Sources: UTS 39, restriction level "highly restrictive", over the scripts in
 * daily use of UAX 31; letters that only phoneticians and historians use (small
 * capitals, clicks, Coptic in the block of Greek) are of no script here.
 *
 * Layer: domain.  Uses: base.
 */
#ifndef ACCOUNT_WRITING_H
#define ACCOUNT_WRITING_H

#include "base/base.h"

/* The script of a folded (NFKC, small) code point, as a bit; 0 for what goes
 * with each: digits, marks, signs. */
unsigned writing_of(int32_t c);

/* Whether letters of these scripts, or-ed, may stand in one name: of one script
 * in use, or of those that Chinese, Japanese and Korean are written in, with
 * Latin beside them. */
bool writing_goes_together(unsigned scripts);

#endif

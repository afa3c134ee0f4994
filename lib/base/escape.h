/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * escape - the inside of a JSON string
 *
 * Shared by strbuf (which grows) and log (which has one buffer and no arena).
 *
 * Source: RFC 8259 section 7.
 *
 * Layer: base.  Uses: span, utf8.
 */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include "base/span.h"

/* No single code point takes more: six for a control character. */
#define ESCAPE_MAX 6

/*
 * Write as much of *s as fits into room bytes.
 *
 * in:      s     any bytes; each that is not valid UTF-8 becomes one U+FFFD
 * out:     s     what is left; empty when all was written, which is certain
 *                only to happen when called again with room >= ESCAPE_MAX
 * returns: the bytes written to out (no NUL)
 */
size_t escape_json(char *out, size_t room, struct span *s);

#endif

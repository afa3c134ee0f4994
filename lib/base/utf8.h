/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * utf8 - is this valid UTF-8, and how long is it for a person
 *
 * Source: RFC 3629 (no overlong forms, no surrogates, at most U+10FFFF).
 *
 * Layer: base.  Uses: span.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/span.h"

/* Bytes of the one code point s begins with; 0 when it begins with none. */
size_t utf8_step(struct span s);
/* The longest beginning of at most max bytes that splits no code point. */
struct span utf8_cut(struct span s, size_t max);
/* Whether all of s is valid UTF-8. */
bool utf8_valid(struct span s);
/* Code points in a valid s. */
size_t utf8_count(struct span s);
/* Whether a valid s holds a C0/C1 control or a bidirectional control
 * character (U+202A..E, U+2066..9, U+200E/F, U+061C), which no name may. */
bool utf8_has_control(struct span s);

#endif

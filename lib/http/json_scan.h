/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_scan - is every token of this JSON text what RFC 8259 allows
 *
 * json-c, even when told to be strict, takes raw control characters, overlong
 * UTF-8, lone surrogates, names in single quotes, "1.", "-01", NaN and
 * Infinity, keeps the last of two equal names, and cuts numbers that do not
 * fit. This pass reads tokens and refuses all that; how tokens may follow
 * each other is left to json-c. It also remembers what json-c forgets: how
 * many members there were, and every number as it was written.
 *
 * Layer: http.  Uses: base, json.
 */
#ifndef HTTP_JSON_SCAN_H
#define HTTP_JSON_SCAN_H

#include "http/json.h"

/* Arrays and objects inside each other, the outermost included. */
#define JSON_DEPTH_MAX 16

struct json_scan {
	size_t n_members; /* of all objects together */
	size_t at;        /* bytes read, also when refused */
	size_t n_numbers;
	struct span *numbers; /* in the order of the text */
};

/*
 * Read text's tokens once, from left to right, in time and memory linear in
 * its length.
 *
 * in:      text  any bytes
 * out:     out   written on JSON_OK, at always; numbers point into text
 * returns: JSON_OK; JSON_E_UTF8 for bad UTF-8, a byte order mark, NUL (raw
 *          or \u0000) or half a surrogate pair; else JSON_E_MALFORMED
 * source:  RFC 8259 sections 2, 6, 7, 8
 */
int json_scan(struct arena *a, struct span text,
    struct json_scan *out) MUST_CHECK;

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base - the few macros every file may use
 *
 * Layer: base.  Uses: nothing.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include "config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A result that must be looked at (the error convention of HACKING.md). */
#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define KIB(n) ((n)*1024)

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qr - a text as a QR code, to look at and to print
 *
 * Sources: ISO/IEC 18004 (by libqrencode), PNG (by libpng), SVG 1.1.
 *
 * Layer: domain.  Uses: base.
 */
#ifndef TICKET_QR_H
#define TICKET_QR_H

#include "base/strbuf.h"

/* The light border that a reader needs, in modules. */
#define QR_BORDER 4

struct qr {
	int side;             /* modules, without the border */
	const uint8_t *black; /* side * side; row by row, 0 or 1 */
};

/*
 * The code of a text of QR's alphanumeric letters, at level M.
 *
 * in:      text  at most 300 letters
 * memory:  a's
 * returns: 0; < 0 -ERANGE when the text is not such a one
 */
int qr_make(struct arena *a, const char *text, struct qr *out) MUST_CHECK;

/* It as one SVG element that has no text in it, and scales. */
void qr_svg(struct strbuf *b, const struct qr *qr);

/*
 * It as a PNG, each module scale pixels wide, 1..32.
 *
 * memory:  a's
 * returns: 0; < 0 -ENOMEM
 */
int qr_png(struct arena *a, const struct qr *qr, int scale,
    struct span *out) MUST_CHECK;

#endif

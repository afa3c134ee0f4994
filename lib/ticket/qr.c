/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qr - a text as a QR code, to look at and to print
 *
 * Layer: domain.  Uses: base.
 */
#include "ticket/qr.h"

/* Runs of black modules of a row, each a bar one module high. */
static void
add_row(struct strbuf *b, const struct qr *qr, int y)
{
	const uint8_t *row = qr->black + (ptrdiff_t)y * qr->side;
	int from, to;

	for (from = 0; from < qr->side; from = to + 1) {
		for (to = from; to < qr->side && row[to]; to++)
			;
		if (to > from)
			strbuf_printf(b, "M%d %dh%dv1h-%dz", from + QR_BORDER,
			    y + QR_BORDER, to - from, to - from);
	}
}

void
qr_svg(struct strbuf *b, const struct qr *qr)
{
	int side = qr->side + 2 * QR_BORDER;

	strbuf_printf(b,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
	    "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"",
	    side, side, side, side);
	for (int y = 0; y < qr->side; y++)
		add_row(b, qr, y);
	strbuf_str(b, "\"/></svg>");
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * qr - a text as a QR code; the door to libqrencode
 *
 * Layer: domain.  Uses: base.
 */
#include "base/log.h"
#include "ticket/qr.h"

#include <errno.h>
#include <qrencode.h>

#define TEXT_MAX 300

int
qr_make(struct arena *a, const char *text, struct qr *out)
{
	uint8_t *black;
	QRcode *code;
	int n;

	if (strlen(text) > TEXT_MAX)
		return -ERANGE;
	code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	if (code == NULL) {
		if (errno == ENOMEM)
			DIE("qr-failed", LINT("errno", errno));
		return -ERANGE;
	}
	n = code->width * code->width;
	black = arena_alloc(a, (size_t)n);
	for (int i = 0; i < n; i++)
		black[i] = code->data[i] & 1;
	*out = (struct qr){ .side = code->width, .black = black };
	QRcode_free(code);
	return 0;
}

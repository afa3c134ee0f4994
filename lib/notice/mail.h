/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mail - one message as it goes over the wire
 *
 * Text and HTML say the same; a calendar entry may come along. Whatever the
 * texts hold, the message is ASCII in short lines that end in CRLF.
 *
 * Source: RFC 5322 (form, 2.1.1 lines, 3.3 dates, 3.6.4 Message-ID), RFC 2046
 * (multipart), RFC 2047 (words of headers), RFC 2231 (file names), RFC 3834
 * (Auto-Submitted).
 *
 * Layer: domain.  Uses: base.
 */
#ifndef NOTICE_MAIL_H
#define NOTICE_MAIL_H

#include "base/strbuf.h"

struct mail {
	struct span from, to;           /* mail_address_ok */
	struct span from_name, to_name; /* UTF-8; NONE: without */
	struct span subject;
	struct span text, html;
	struct span calendar, file_name; /* NONE: no attachment */
	struct span message_id;          /* "id@host", of ASCII */
	int64_t date_ms;
};

/* Whether an address can be put into a command of SMTP and a header: ASCII
 * without blanks, controls and what quotes or separates, one @ inside, at most
 * 254 bytes. */
bool mail_address_ok(struct span address);

/* The whole message. Memory: a's. */
struct span mail_message(struct arena *a, const struct mail *mail);

#endif

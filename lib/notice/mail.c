/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mail - one message as it goes over the wire
 *
 * Layer: domain.  Uses: base.
 */
#include "notice/mail.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/utf8.h"

#include <time.h>

#define CRLF "\r\n"
/* Of a line of base64, and the bytes that it stands for. */
#define LINE_LEN 76
/* Bytes of a word of a header: 52 letters, 12 around them and the header's name
 * are a line of at most 76. */
#define WORD_BYTES 39

bool
mail_address_ok(struct span address)
{
	size_t n_at = 0;

	if (address.len < 3 || address.len > 254)
		return false;
	for (size_t i = 0; i < address.len; i++) {
		char c = address.p[i];

		if (c <= ' ' || c > '~' || strchr("<>()[],;:\\\"", c) != NULL)
			return false;
		n_at += c == '@';
	}
	return n_at == 1 && address.p[0] != '@'
	    && address.p[address.len - 1] != '@';
}

/* ---- headers ---- */

/* As few words as it takes, each a line; no letter is cut. Controls, which no
 * header may hold, become blanks. */
static void
add_words(struct strbuf *b, struct span text)
{
	char *clean = arena_dup(b->arena, text.p, text.len);

	for (size_t i = 0; i < text.len; i++)
		if ((uint8_t)clean[i] < ' ' || clean[i] == 0x7f)
			clean[i] = ' ';
	text.p = clean;
	do {
		struct span word = utf8_cut(text, WORD_BYTES);

		strbuf_printf(b, "=?UTF-8?B?%s?=",
		    crypto_base64(b->arena, word.p, word.len));
		text.p += word.len;
		text.len -= word.len;
		if (text.len > 0)
			strbuf_str(b, CRLF " ");
	} while (text.len > 0);
}

static void
add_person(struct strbuf *b, const char *name, struct span who,
    struct span address)
{
	strbuf_printf(b, "%s: ", name);
	if (who.len > 0) {
		add_words(b, who);
		strbuf_str(b, CRLF " ");
	}
	strbuf_printf(b, "<%.*s>" CRLF, (int)address.len, address.p);
}

static void
add_date(struct strbuf *b, int64_t ms)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t t = (time_t)(ms / MS_PER_S);
	struct tm tm;

	gmtime_r(&t, &tm);
	strbuf_printf(b, "Date: %s, %d %s %d %02d:%02d:%02d +0000" CRLF,
	    days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900,
	    tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* name*0*=UTF-8''%..; in pieces of a line each (RFC 2231 3, 4). */
static void
add_file_name(struct strbuf *b, const char *name, struct span value)
{
	size_t at = 0;

	for (int piece = 0; at < value.len; piece++) {
		strbuf_printf(b, ";" CRLF " %s*%d*=%s", name, piece,
		    piece == 0 ? "UTF-8''" : "");
		for (int n = 0; n < 16 && at < value.len; n++, at++) {
			uint8_t c = (uint8_t)value.p[at];

			if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
			    || (c >= 'a' && c <= 'z') || c == '-' || c == '.')
				strbuf_char(b, (char)c);
			else
				strbuf_printf(b, "%%%02X", c);
		}
	}
}

/* ---- parts ---- */

static void
add_base64(struct strbuf *b, struct span text)
{
	struct span all = span_str(crypto_base64(b->arena, text.p, text.len));

	strbuf_str(b, "Content-Transfer-Encoding: base64" CRLF CRLF);
	for (size_t at = 0; at < all.len; at += LINE_LEN) {
		strbuf_add(b, all.p + at, MIN(LINE_LEN, all.len - at));
		strbuf_str(b, CRLF);
	}
}

static void
add_text(struct strbuf *b, const char *boundary, const char *type,
    struct span text)
{
	strbuf_printf(b,
	    "--%s" CRLF "Content-Type: text/%s; charset=utf-8" CRLF, boundary,
	    type);
	add_base64(b, text);
}

static void
add_calendar(struct strbuf *b, const char *boundary, const struct mail *mail)
{
	strbuf_printf(b,
	    "--%s" CRLF
	    "Content-Type: text/calendar; charset=utf-8; method=PUBLISH" CRLF
	    "Content-Disposition: attachment",
	    boundary);
	add_file_name(b, "filename", mail->file_name);
	strbuf_str(b, CRLF);
	add_base64(b, mail->calendar);
}

/* No line of base64 holds a hyphen: none of these ends a part early. */
static void
add_body(struct strbuf *b, const struct mail *mail)
{
	static const char mixed[] = "--mixed", both[] = "--both";

	if (span_is(mail->calendar))
		strbuf_printf(b,
		    "Content-Type: multipart/mixed; boundary=\"%s\"" CRLF CRLF
		    "--%s" CRLF,
		    mixed, mixed);
	strbuf_printf(b,
	    "Content-Type: multipart/alternative; boundary=\"%s\"" CRLF CRLF,
	    both);
	add_text(b, both, "plain", mail->text);
	add_text(b, both, "html", mail->html);
	strbuf_printf(b, "--%s--" CRLF, both);
	if (!span_is(mail->calendar))
		return;
	add_calendar(b, mixed, mail);
	strbuf_printf(b, "--%s--" CRLF, mixed);
}

struct span
mail_message(struct arena *a, const struct mail *mail)
{
	struct strbuf b;

	strbuf_init(&b, a,
	    4096 + 2 * (mail->text.len + mail->html.len + mail->calendar.len));
	add_person(&b, "From", mail->from_name, mail->from);
	add_person(&b, "To", mail->to_name, mail->to);
	strbuf_str(&b, "Subject: ");
	add_words(&b, mail->subject);
	strbuf_str(&b, CRLF);
	add_date(&b, mail->date_ms);
	strbuf_printf(&b, "Message-ID: <%.*s>" CRLF, (int)mail->message_id.len,
	    mail->message_id.p);
	strbuf_str(&b,
	    "Auto-Submitted: auto-generated" CRLF "MIME-Version: 1.0" CRLF);
	add_body(&b, mail);
	return strbuf_get(&b);
}

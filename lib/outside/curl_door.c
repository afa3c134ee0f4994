/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * curl_door - asking somebody else's server
 *
 * The only file that knows libcurl. Each call has a slot with its easy handle,
 * which is made once and used again; the multi handle keeps connections.
 * There is one slot more than may be under way, so that who is called with an
 * answer, whose slot is still his, can begin the next.
 *
 * Layer: outside.  Uses: base.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "outside/outside.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdlib.h>

#define CONNECT_MS 2000L
#define TOTAL_MS 8000L
#define N_SLOTS (OUTSIDE_MAX + 1)

struct slot {
	CURL *easy;
	bool is_taken;
	bool is_mail;
	outside_fn *call;
	bool (*may_reach)(const void *with, const struct sockaddr *address);
	const void *reach_with;
	bool was_kept_away;
	struct curl_slist *list; /* headers, or who gets the mail */
	char *text;              /* of the mail, and how much has left */
	size_t text_len, text_at;
	size_t len; /* of the answer */
	char *answer;
	max_align_t kept[OUTSIDE_KEPT_MAX / sizeof(max_align_t)];
};

struct outside {
	CURLM *multi;
	size_t n;
	struct slot slots[N_SLOTS];
};

/* ---- what curl calls ---- */

/* More than we take ends the call: what it did is not known then. */
static size_t
take(char *p, size_t size, size_t n, void *arg)
{
	struct slot *slot = arg;
	size_t len = size * n;

	if (len > OUTSIDE_ANSWER_MAX - slot->len)
		return CURL_WRITEFUNC_ERROR;
	if (slot->answer == NULL)
		slot->answer = mem_get(OUTSIDE_ANSWER_MAX);
	memcpy(slot->answer + slot->len, p, len);
	slot->len += len;
	return len;
}

static size_t
give(char *p, size_t size, size_t n, void *arg)
{
	struct slot *slot = arg;
	size_t len = MIN(size * n, slot->text_len - slot->text_at);

	memcpy(p, slot->text + slot->text_at, len);
	slot->text_at += len;
	return len;
}

static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct slot *slot = arg;

	(void)purpose;
	if (slot->may_reach != NULL
	    && !slot->may_reach(slot->reach_with, &to->addr)) {
		slot->was_kept_away = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* ---- slots ---- */

#define SET(slot, option, value) \
	do { \
		CURLcode set_r = curl_easy_setopt((slot)->easy, (option), \
		    (value)); \
		if (set_r != CURLE_OK) \
			DIE("curl-option", LINT("option", (option)), \
			    LSTR("why", curl_easy_strerror(set_r))); \
	} while (0)

static struct slot *
find_slot(struct outside *o)
{
	if (o->n >= OUTSIDE_MAX)
		return NULL;
	for (size_t i = 0; i < N_SLOTS; i++)
		if (!o->slots[i].is_taken)
			return &o->slots[i];
	return NULL;
}

/* The copies that curl makes end with the next use of the handle. */
static void
leave_slot(struct slot *slot)
{
	curl_easy_reset(slot->easy);
	curl_slist_free_all(slot->list);
	free(slot->text);
	free(slot->answer);
	slot->list = NULL;
	slot->text = slot->answer = NULL;
	slot->is_taken = false;
}

/* curl copies what it is told; s lives as long as the slot is set. */
static void
set_text(struct slot *slot, CURLoption option, struct span s)
{
	char *copy = mem_get(s.len + 1);

	memcpy(copy, s.p, s.len);
	copy[s.len] = '\0';
	SET(slot, option, copy);
	free(copy);
}

static void
set_common(struct slot *slot, struct span url, const char *ca_file)
{
	set_text(slot, CURLOPT_URL, url);
	SET(slot, CURLOPT_PRIVATE, slot);
	SET(slot, CURLOPT_NOSIGNAL, 1L);
	/* A name server that is silent for longer than a call may take is not
	 * waited for when the call ends. */
	SET(slot, CURLOPT_QUICK_EXIT, 1L);
	SET(slot, CURLOPT_PROXY, "");
	SET(slot, CURLOPT_FOLLOWLOCATION, 0L);
	SET(slot, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	SET(slot, CURLOPT_TIMEOUT_MS, TOTAL_MS);
	SET(slot, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(slot, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(slot, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(slot, CURLOPT_WRITEFUNCTION, take);
	SET(slot, CURLOPT_WRITEDATA, slot);
	SET(slot, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(slot, CURLOPT_OPENSOCKETDATA, slot);
	if (ca_file != NULL && ca_file[0] != '\0') {
		SET(slot, CURLOPT_CAINFO, ca_file);
		SET(slot, CURLOPT_CAPATH, NULL);
	}
}

static struct slot *
take_slot(struct outside *o, const struct outside_then *then)
{
	struct slot *slot = find_slot(o);

	assert(then->kept_len <= sizeof(slot->kept));
	if (slot == NULL)
		return NULL;
	slot->is_taken = true;
	slot->is_mail = false;
	slot->call = then->call;
	slot->may_reach = NULL;
	slot->was_kept_away = false;
	slot->len = 0;
	if (then->kept_len > 0)
		memcpy(slot->kept, then->kept, then->kept_len);
	return slot;
}

static int
begin(struct outside *o, struct slot *slot)
{
	CURLMcode r = curl_multi_add_handle(o->multi, slot->easy);

	if (r != CURLM_OK)
		DIE("curl-begin", LSTR("why", curl_multi_strerror(r)));
	o->n++;
	return OUTSIDE_OK;
}

/* ---- begin ---- */

static bool
is_one_line(struct span s)
{
	return s.len == 0
	    || (memchr(s.p, '\r', s.len) == NULL
		&& memchr(s.p, '\n', s.len) == NULL
		&& memchr(s.p, '\0', s.len) == NULL);
}

static void
add_line(struct slot *slot, const char *name, struct span value)
{
	size_t size = strlen(name) + sizeof(": ") + value.len;
	char *line = mem_get(size);
	struct curl_slist *more;

	assert(is_one_line(value));
	size = strlen(name);
	memcpy(line, name, size);
	if (size > 0) {
		memcpy(line + size, ": ", 2);
		size += 2;
	}
	memcpy(line + size, value.p, value.len);
	line[size + value.len] = '\0';
	more = curl_slist_append(slot->list, line);
	free(line);
	if (more == NULL)
		mem_out(size);
	slot->list = more;
}

static void
set_body(struct slot *slot, struct span body)
{
	SET(slot, CURLOPT_POST, 1L);
	SET(slot, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
	SET(slot, CURLOPT_COPYPOSTFIELDS, body.len == 0 ? "" : body.p);
}

static void
set_login(struct slot *slot, struct span user, struct span password)
{
	if (!span_is(user))
		return;
	set_text(slot, CURLOPT_USERNAME, user);
	set_text(slot, CURLOPT_PASSWORD,
	    span_is(password) ? password : SPAN_LIT(""));
}

int
outside_request(struct outside *o, const struct outside_request *request,
    const struct outside_then *then)
{
	struct slot *slot = take_slot(o, then);

	if (slot == NULL)
		return OUTSIDE_E_FULL;
	set_common(slot, request->url, request->ca_file);
	SET(slot, CURLOPT_PROTOCOLS_STR, "https");
	SET(slot, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(slot, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	set_login(slot, request->user, request->key);
	slot->may_reach = request->may_reach;
	slot->reach_with = request->reach_with;
	if (strcmp(request->method, "POST") == 0)
		set_body(slot, request->body);
	else
		SET(slot, CURLOPT_CUSTOMREQUEST, request->method);
	/* Without it curl asks first whether a longer body is welcome. */
	add_line(slot, "", SPAN_LIT("Expect:"));
	for (const struct outside_header *h = request->headers;
	     h != NULL && h->name != NULL; h++)
		add_line(slot, h->name, h->value);
	SET(slot, CURLOPT_HTTPHEADER, slot->list);
	return begin(o, slot);
}

int
outside_mail(struct outside *o, const struct outside_mail *mail,
    const struct outside_then *then)
{
	struct slot *slot = take_slot(o, then);

	if (slot == NULL)
		return OUTSIDE_E_FULL;
	assert(is_one_line(mail->from));
	slot->is_mail = true;
	slot->text = mem_get(mail->text.len + 1);
	slot->text_len = mail->text.len;
	slot->text_at = 0;
	memcpy(slot->text, mail->text.p, mail->text.len);
	set_common(slot, mail->url, mail->ca_file);
	SET(slot, CURLOPT_PROTOCOLS_STR, "smtp");
	SET(slot, CURLOPT_USE_SSL,
	    (long)(mail->in_clear ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	set_login(slot, mail->user, mail->password);
	set_text(slot, CURLOPT_MAIL_FROM, mail->from);
	add_line(slot, "", mail->to);
	SET(slot, CURLOPT_MAIL_RCPT, slot->list);
	SET(slot, CURLOPT_READFUNCTION, give);
	SET(slot, CURLOPT_READDATA, slot);
	SET(slot, CURLOPT_UPLOAD, 1L);
	return begin(o, slot);
}

/* ---- end ---- */

/* No byte of an HTTP request left: curl counts those it has handed over. A
 * mail has left when its text has begun to. */
static bool
is_unsent(const struct slot *slot)
{
	long n_bytes = 0;

	if (slot->is_mail)
		return slot->text_at == 0;
	return curl_easy_getinfo(slot->easy, CURLINFO_REQUEST_SIZE, &n_bytes)
	    == CURLE_OK
	    && n_bytes == 0;
}

int64_t
outside_date_s(struct span date)
{
	time_t t = date.len > 0 ? curl_getdate(date.p, NULL) : -1;

	return t > 0 ? (int64_t)t : 0;
}

static void
end(struct outside *o, struct slot *slot, CURLcode r)
{
	struct outside_answer answer = { .own = slot->easy };
	long status = 0;

	(void)curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
	answer.status = (int)status;
	answer.body = (struct span){ slot->len == 0 ? "" : slot->answer,
		slot->len };
	if (r == CURLE_OK) {
		answer.said = OUTSIDE_ANSWERED;
		answer.date_s = slot->is_mail
		    ? 0
		    : outside_date_s(outside_header(&answer, "Date"));
	} else {
		answer.said = is_unsent(slot) ? OUTSIDE_NOT_SENT
					      : OUTSIDE_UNKNOWN;
		answer.why = slot->was_kept_away
		    ? "It is at an address that may not be reached"
		    : curl_easy_strerror(r);
	}
	(void)curl_multi_remove_handle(o->multi, slot->easy);
	o->n--;
	slot->call(slot->kept, &answer);
	leave_slot(slot);
}

static size_t
end_those_done(struct outside *o)
{
	CURLMsg *message;
	size_t n = 0;
	int n_left;

	while ((message = curl_multi_info_read(o->multi, &n_left)) != NULL) {
		void *slot = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
		    &slot);
		end(o, slot, message->data.result);
		n++;
	}
	return n;
}

size_t
outside_run(struct outside *o, int max_ms)
{
	const int64_t until_us = clock_mono_us() + max_ms * (int64_t)US_PER_MS;
	int64_t left_us;
	int n_running;

	while (o->n > 0) {
		CURLMcode r = curl_multi_perform(o->multi, &n_running);

		if (r != CURLM_OK)
			DIE("curl-run", LSTR("why", curl_multi_strerror(r)));
		left_us = until_us - clock_mono_us();
		if (end_those_done(o) > 0 || left_us <= 0)
			break;
		(void)curl_multi_poll(o->multi, NULL, 0,
		    (int)(left_us / US_PER_MS) + 1, NULL);
	}
	return o->n;
}

struct span
outside_header(const struct outside_answer *answer, const char *name)
{
	struct curl_header *header;

	if (curl_easy_header(answer->own, name, 0, CURLH_HEADER, -1, &header)
	    != CURLHE_OK)
		return SPAN_NONE;
	return span_str(header->value);
}

/* ---- open and close ---- */

struct outside *
outside_open(void)
{
	struct outside *o = mem_zget(sizeof(*o));

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK
	    || (o->multi = curl_multi_init()) == NULL)
		mem_out(sizeof(*o));
	for (size_t i = 0; i < N_SLOTS; i++)
		if ((o->slots[i].easy = curl_easy_init()) == NULL)
			mem_out(sizeof(struct slot));
	(void)curl_multi_setopt(o->multi, CURLMOPT_MAXCONNECTS,
	    (long)OUTSIDE_MAX);
	return o;
}

void
outside_close(struct outside *o)
{
	for (size_t i = 0; i < N_SLOTS; i++) {
		(void)curl_multi_remove_handle(o->multi, o->slots[i].easy);
		leave_slot(&o->slots[i]);
		curl_easy_cleanup(o->slots[i].easy);
	}
	(void)curl_multi_cleanup(o->multi);
	curl_global_cleanup();
	free(o);
}

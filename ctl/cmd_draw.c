/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_draw - boxofficectl queue draw PERFORMANCE [--beacon VALUE] --reason
 *TEXT, queue verify FILE|- [LOBBY_ID]
 *
 * verify knows nothing but the file, which anybody can get (GET
 * /performances/{id}/queue/draw).
 *
 * Layer: ctl.  Uses: admin, queue, http/json.
 */
#include "ctl/ctl.h"

#include "admin/draw.h"
#include "base/crypto.h"
#include "http/json.h"
#include "queue/queue_draw.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define VERIFY_ARENA ((size_t)1 << 30)

/* ---- draw ---- */

static int
refuse(int r, int64_t performance)
{
	switch (r) {
	case DRAW_E_NONE:
		return ctl_refuse("no lobby of a performance %" PRId64
				  " has opened",
		    performance);
	case DRAW_E_OPEN:
		return ctl_refuse(
		    "its list is not published yet: the lobby "
		    "closes when the sale opens, and the list comes some "
		    "seconds later");
	case DRAW_E_PROMISED:
		return ctl_refuse(
		    "a public value was promised: say it with "
		    "--beacon");
	case DRAW_E_UNASKED:
		return ctl_refuse(
		    "no public value was promised: --beacon would "
		    "be one that nobody knows of");
	case DRAW_E_OTHER:
		return ctl_refuse("it was drawn before, with another beacon");
	}
	return ctl_refuse("the reason must be 1 to %d characters on one line",
	    AUDIT_REASON_MAX);
}

static int
draw(struct ctl *ctl, const struct draw_ask *ask)
{
	bool done;
	int r = draw_now(&ctl->ctx, ask, &done);

	if (r < 0)
		return ctl_fault(r);
	if (r != DRAW_OK)
		return refuse(r, ask->performance);
	printf("%s\n", done ? "drawn" : "as it was");
	return ctl_flush();
}

static const struct option options[] = {
	{ "beacon", required_argument, NULL, 'b' },
	{ "reason", required_argument, NULL, 'r' },
	{ NULL, 0, NULL, 0 },
};

int
cmd_draw(struct ctl *ctl, int argc, char **argv)
{
	struct draw_ask ask = { .by = {
				    .os_user = ctl_os_user(&ctl->ctx.arena) } };
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'b' && *optarg != '\0'
		    && strlen(optarg) <= DRAW_BEACON_MAX)
			ask.beacon = span_str(optarg);
		else if (c == 'r')
			ask.by.reason = span_str(optarg);
		else
			return ctl_usage(ctl);
	}
	if (argc - optind != 1 || !span_is(ask.by.reason)
	    || !span_to_i64(span_str(argv[optind]), &ask.performance)
	    || ask.performance < 1)
		return ctl_usage(ctl);
	return draw(ctl, &ask);
}

/* ---- verify ---- */

struct published {
	struct arena arena;
	const struct json *file;
	struct span seed, ids, beacon;
	size_t n;
};

static int
digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

/* NONE where text is not n pairs of digits, or of any number for n 0. */
static struct span
unhex(struct arena *a, struct span text, size_t n)
{
	char *p = arena_alloc(a, text.len / 2 + 1);

	if (!span_is(text) || text.len % 2 != 0
	    || (n != 0 && text.len != 2 * n))
		return SPAN_NONE;
	for (size_t i = 0; i < text.len / 2; i++) {
		int high = digit(text.p[2 * i]);
		int low = digit(text.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return SPAN_NONE;
		p[i] = (char)(high << 4 | low);
	}
	return (struct span){ p, text.len / 2 };
}

/* A member that is a text; NONE where it is not. */
static struct span
member(const struct published *p, const char *name)
{
	const struct json *value = json_get(p->file, name);

	return value != NULL && value->type == JSON_STRING ? value->str
							   : SPAN_NONE;
}

static bool
digest_is(struct published *p, struct span bytes, const char *name)
{
	uint8_t digest[SHA256_LEN];

	crypto_sha256(bytes, digest);
	return span_eq(member(p, name),
	    span_str(crypto_hex(&p->arena, digest, sizeof(digest))));
}

static bool
is_sorted(const struct published *p)
{
	for (size_t i = 1; i < p->n; i++)
		if (memcmp(p->ids.p + (i - 1) * DRAW_ID_LEN,
			p->ids.p + i * DRAW_ID_LEN, DRAW_ID_LEN)
		    >= 0)
			return false;
	return true;
}

/* returns: CTL_OK; an exit status, when what is wrong was said */
static int
take_file(struct published *p, const char *path)
{
	struct json *file;
	struct span text;

	if (ctl_read(&p->arena, path, &text) != 0) {
		ctl_say("%s cannot be read", path);
		return CTL_FAULT;
	}
	if (json_parse(&p->arena, text, &file) != JSON_OK
	    || file->type != JSON_OBJECT)
		return ctl_refuse("%s is no JSON object", path);
	p->file = file;
	p->seed = unhex(&p->arena, member(p, "seed"), DRAW_SEED_LEN);
	p->ids = unhex(&p->arena, member(p, "ids"), 0);
	p->beacon = member(p, "beacon");
	p->n = p->ids.len / DRAW_ID_LEN;
	if (!span_is(p->seed) || !span_is(p->ids)
	    || p->ids.len % DRAW_ID_LEN != 0)
		return ctl_refuse("%s has no draw with its seed and ids", path);
	return CTL_OK;
}

/* What was bound at the start, and with the list. */
static int
check_bonds(struct published *p)
{
	if (!digest_is(p, p->seed, "seed_sha256"))
		return ctl_refuse("the seed is not that of seed_sha256");
	if (!digest_is(p, p->ids, "list_sha256"))
		return ctl_refuse("the ids are not those of list_sha256");
	if (!is_sorted(p))
		return ctl_refuse("the ids are not sorted, or one is twice");
	if (span_is(p->beacon) != span_is(member(p, "beacon_source")))
		return ctl_refuse("a beacon was promised or used, not both");
	return CTL_OK;
}

/* One place, or with id NONE all of them. */
static int
tell_places(struct published *p, struct span id)
{
	uint32_t *order = ARENA_ARRAY(&p->arena, p->n + 1, uint32_t);
	bool found = false;

	queue_draw_order(&p->arena, (const uint8_t *)p->seed.p, p->beacon,
	    p->ids, order);
	for (size_t i = 0; i < p->n; i++) {
		struct span at = { member(p, "ids").p
			    + (size_t)order[i] * 2 * DRAW_ID_LEN,
			2 * DRAW_ID_LEN };

		if (span_is(id) && !span_eq(id, at))
			continue;
		printf("%zu %.*s\n", i + 1, (int)at.len, at.p);
		found = true;
	}
	if (span_is(id) && !found)
		return ctl_refuse("nobody was drawn with that id");
	return ctl_flush();
}

int
cmd_draw_verify(struct ctl *ctl, int argc, char **argv)
{
	struct published p = { .n = 0 };
	int status;

	if (getopt_long(argc, argv, "", (struct option[]){ { 0 } }, NULL) != -1
	    || argc - optind < 1 || argc - optind > 2)
		return ctl_usage(ctl);
	arena_init(&p.arena, VERIFY_ARENA);
	status = take_file(&p, argv[optind]);
	if (status == CTL_OK)
		status = check_bonds(&p);
	if (status == CTL_OK)
		status = tell_places(&p, span_str(argv[optind + 1]));
	arena_fini(&p.arena);
	return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_webhook - boxofficectl webhook add URL [--kinds KIND,..] [--note TEXT]
 *	    --reason TEXT
 *	webhook change ID [--url URL] [--kinds KIND,..] [--note TEXT]
 *	    --reason TEXT
 *	webhook deliveries ID [--status STATUS]
 *	webhook disable|enable|drop ID --reason TEXT
 *	webhook list
 *	webhook replay DELIVERY --reason TEXT
 *	webhook rotate ID [--keep HOURS] --reason TEXT
 *	webhook show DELIVERY
 *
 * Layer: ctl.  Uses: webhook.
 */
#include "ctl/ctl.h"

#include "webhook/delivery.h"
#include "webhook/webhook.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LIST_MAX 10000
#define KINDS_MAX 32

struct asked {
	struct audit_by by;
	struct webhook_ask webhook;
	struct span kinds[KINDS_MAX];
	int64_t keep_hours;
	int status; /* of delivery_words; -1: any */
};

/* ---- what is said ---- */

static int
refuse(struct ctl *ctl, int r, int64_t id)
{
	struct strbuf b;

	switch (r) {
	case WEBHOOK_E_NONE:
		return ctl_refuse("no webhook has the id %" PRId64, id);
	case WEBHOOK_E_OFF:
		return ctl_refuse("[webhook] key is not set");
	case WEBHOOK_E_URL:
		return ctl_refuse(
		    "the URL must be https://HOST/PATH, at most %d characters, "
		    "without a user and a fragment",
		    WEBHOOK_URL_MAX);
	case WEBHOOK_E_NOTE:
		return ctl_refuse(
		    "the note must be one line of at most %d "
		    "characters",
		    WEBHOOK_NOTE_MAX);
	case WEBHOOK_E_MANY:
		return ctl_refuse("there are %d webhooks already",
		    WEBHOOKS_MAX);
	case WEBHOOK_E_REASON:
		return ctl_refuse(
		    "the reason must be 1 to %d characters on one line",
		    AUDIT_REASON_MAX);
	}
	strbuf_init(&b, &ctl->ctx.arena, 256);
	for (size_t i = 0; webhook_kinds[i] != NULL; i++)
		strbuf_printf(&b, " %s", webhook_kinds[i]);
	return ctl_refuse("there is:%s", strbuf_get(&b).p);
}

static int
say_secret(const char *secret)
{
	printf("%s\n", secret);
	return ctl_flush();
}

/* ---- verbs of a webhook ---- */

static int
list(struct ctl *ctl)
{
	struct webhook *all;
	size_t n;
	int r = webhook_list(&ctl->ctx, &all, &n);

	if (r < 0)
		return ctl_fault(r);
	for (size_t i = 0; i < n; i++) {
		const struct webhook *w = &all[i];

		printf("%" PRId64 " %s %s %" PRId64 " ", w->id,
		    !w->enabled                     ? "disabled"
			: span_is(w->failing_since) ? "failing"
						    : "enabled",
		    w->url.p, w->n_waiting);
		for (size_t k = 0; k < w->n_kinds; k++)
			printf("%s%.*s", k == 0 ? "" : ",",
			    (int)w->kinds[k].len, w->kinds[k].p);
		printf("%s%s\n", w->note.len > 0 ? " " : "", w->note.p);
	}
	return ctl_flush();
}

static int
add(struct ctl *ctl, const char *url, struct asked *asked)
{
	const char *secret;
	int64_t id;
	int r;

	asked->webhook.url = span_str(url);
	r = webhook_make(&ctl->ctx, &asked->webhook, &asked->by, &id, &secret);
	if (r < 0)
		return ctl_fault(r);
	if (r != WEBHOOK_OK)
		return refuse(ctl, r, 0);
	printf("%" PRId64 " ", id);
	return say_secret(secret);
}

static int
rotate(struct ctl *ctl, int64_t id, const struct asked *asked)
{
	const char *secret;
	int r = webhook_rotate(&ctl->ctx, id, asked->keep_hours, &asked->by,
	    &secret);

	if (r < 0)
		return ctl_fault(r);
	return r == WEBHOOK_OK ? say_secret(secret) : refuse(ctl, r, id);
}

/* ---- verbs of what was told ---- */

static int
no_delivery(int64_t id)
{
	return ctl_refuse("no delivery has the id %" PRId64, id);
}

static int
deliveries(struct ctl *ctl, int64_t id, const struct asked *asked)
{
	struct db_rows rows;
	int r = delivery_list(&ctl->ctx, id, asked->status, 0, LIST_MAX, &rows);

	if (r < 0)
		return ctl_fault(r);
	for (size_t i = 0; i < rows.n_rows; i++)
		printf("%s %s %s %s %s %s%s%s\n",
		    db_cell(&rows, i, DELIVERY_ID).p,
		    db_cell(&rows, i, DELIVERY_STATUS).p,
		    db_cell(&rows, i, DELIVERY_AT).p,
		    db_cell(&rows, i, DELIVERY_KIND).p,
		    db_cell(&rows, i, DELIVERY_ABOUT).p,
		    db_cell(&rows, i, DELIVERY_TRIES).p,
		    db_is_null(&rows, i, DELIVERY_ERROR) ? "" : " ",
		    db_is_null(&rows, i, DELIVERY_ERROR)
			? ""
			: db_cell(&rows, i, DELIVERY_ERROR).p);
	return ctl_flush();
}

static int
show(struct ctl *ctl, int64_t id)
{
	struct db_rows row, tries;
	int r = delivery_find(&ctl->ctx, id, &row, &tries);

	if (r < 0)
		return ctl_fault(r);
	if (r == DELIVERY_E_NONE)
		return no_delivery(id);
	for (int c = 0; c < N_DELIVERY_COLUMNS; c++)
		if (!db_is_null(&row, 0, (size_t)c))
			printf("%s %s\n", delivery_columns[c],
			    db_cell(&row, 0, (size_t)c).p);
	for (size_t i = 0; i < tries.n_rows; i++)
		printf("try %s %s %s ms%s%s\n", db_cell(&tries, i, 0).p,
		    db_cell(&tries, i, 1).p, db_cell(&tries, i, 2).p,
		    db_is_null(&tries, i, 3) ? "" : " ",
		    db_is_null(&tries, i, 3) ? "" : db_cell(&tries, i, 3).p);
	return ctl_flush();
}

static int
replay(struct ctl *ctl, int64_t id, const struct asked *asked)
{
	int r = delivery_replay(&ctl->ctx, id, &asked->by);

	if (r < 0)
		return ctl_fault(r);
	switch (r) {
	case DELIVERY_E_NONE:
		return no_delivery(id);
	case DELIVERY_E_WAITING:
		return ctl_refuse("it is on its way");
	case DELIVERY_E_DISABLED:
		return ctl_refuse("its webhook is disabled");
	case DELIVERY_E_REASON:
		return refuse(ctl, WEBHOOK_E_REASON, id);
	}
	return CTL_OK;
}

/* ---- arguments ---- */

static const struct option options[] = {
	{ "keep", required_argument, NULL, 'h' },
	{ "kinds", required_argument, NULL, 'k' },
	{ "note", required_argument, NULL, 'n' },
	{ "reason", required_argument, NULL, 'r' },
	{ "status", required_argument, NULL, 's' },
	{ "url", required_argument, NULL, 'u' },
	{ NULL, 0, NULL, 0 },
};

static bool
take_kinds(struct asked *asked)
{
	struct span rest = span_str(optarg);

	asked->webhook.kinds = asked->kinds;
	asked->webhook.n_kinds = 0;
	while (span_is(rest) && asked->webhook.n_kinds < KINDS_MAX)
		asked->kinds[asked->webhook.n_kinds++] = span_cut(&rest, ',');
	return !span_is(rest);
}

static bool
take_status(struct asked *asked)
{
	asked->status = 0;
	while (delivery_words[asked->status] != NULL
	    && strcmp(optarg, delivery_words[asked->status]) != 0)
		asked->status++;
	return delivery_words[asked->status] != NULL;
}

static bool
take_option(int c, struct asked *asked)
{
	switch (c) {
	case 'h':
		return span_to_i64(span_str(optarg), &asked->keep_hours)
		    && asked->keep_hours >= 0
		    && asked->keep_hours <= WEBHOOK_KEEP_HOURS_MAX;
	case 'k':
		return take_kinds(asked);
	case 'n':
		asked->webhook.note = span_str(optarg);
		return true;
	case 'r':
		asked->by.reason = span_str(optarg);
		return true;
	case 's':
		return take_status(asked);
	case 'u':
		asked->webhook.url = span_str(optarg);
		return true;
	}
	return false;
}

/* The verbs that need a reason. */
static int
change(struct ctl *ctl, struct span verb, const char *what, struct asked *asked)
{
	int64_t id = 0;
	int r;

	if (!span_is(asked->by.reason))
		return ctl_usage(ctl);
	if (span_eq_str(verb, "add"))
		return add(ctl, what, asked);
	if (!span_to_i64(span_str(what), &id) || id < 1)
		return ctl_usage(ctl);
	if (span_eq_str(verb, "rotate"))
		return rotate(ctl, id, asked);
	if (span_eq_str(verb, "replay"))
		return replay(ctl, id, asked);
	if (span_eq_str(verb, "enable") || span_eq_str(verb, "disable"))
		asked->webhook.enabled = span_eq_str(verb, "enable");
	r = span_eq_str(verb, "drop")
	    ? webhook_drop(&ctl->ctx, id, &asked->by)
	    : webhook_change(&ctl->ctx, id, &asked->webhook, &asked->by);
	if (r < 0)
		return ctl_fault(r);
	return r == WEBHOOK_OK ? CTL_OK : refuse(ctl, r, id);
}

int
cmd_webhook(struct ctl *ctl, int argc, char **argv)
{
	struct span verb = span_str(argv[0]);
	struct asked asked = {
		.by = { .os_user = ctl_os_user(&ctl->ctx.arena) },
		.webhook = { .enabled = -1 },
		.keep_hours = WEBHOOK_KEEP_HOURS,
		.status = -1
	};
	int64_t id;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!take_option(c, &asked))
			return ctl_usage(ctl);
	if (span_eq_str(verb, "list"))
		return argc == optind ? list(ctl) : ctl_usage(ctl);
	if (argc - optind != 1)
		return ctl_usage(ctl);
	if (!span_eq_str(verb, "show") && !span_eq_str(verb, "deliveries"))
		return change(ctl, verb, argv[optind], &asked);
	if (!span_to_i64(span_str(argv[optind]), &id) || id < 1)
		return ctl_usage(ctl);
	return span_eq_str(verb, "show") ? show(ctl, id)
					 : deliveries(ctl, id, &asked);
}

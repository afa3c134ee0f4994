/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_check_config - boxofficectl check-config
 *
 * Layer: ctl.  Uses: store, notice.
 */
#include "ctl/online.h"

#include "notice/template.h"

#include <getopt.h>
#include <stdio.h>

/* What is there to be asked is asked; the rest is the operator's work. */
static int
go_online(struct ctl *ctl, const struct settings *set)
{
	bool ok;

	ctx_open(&ctl->ctx, set);
	ok = online_check(ctl);
	ctx_close(&ctl->ctx);
	return ok ? CTL_OK : CTL_REFUSED;
}

/* Each template of mails, where mail is sent. */
static bool
check_templates(const struct settings *set)
{
	struct template form;
	struct arena a;
	const char *path;
	bool ok = true;

	if (set->mail_url[0] == '\0')
		return true;
	arena_init(&a, KIB(4096));
	for (int i = 0; i < N_NOTICE_KINDS * N_LANGS; i++) {
		int r = template_read(&a, set->mail_templates,
		    (enum notice_kind)(i / N_LANGS), (enum lang)(i % N_LANGS),
		    &form, &path);

		if (r != TEMPLATE_OK)
			ctl_say("%s: %s", path, template_why(r));
		ok = ok && r == TEMPLATE_OK;
	}
	arena_fini(&a);
	return ok;
}

/* out: online. returns: whether the arguments are right */
static bool
read_options(int argc, char **argv, bool *online)
{
	static const struct option options[] = {
		{ "online", no_argument, NULL, 'o' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	*online = false;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'o')
			return false;
		*online = true;
	}
	return optind == argc;
}

int
cmd_check_config(struct ctl *ctl, int argc, char **argv)
{
	struct settings set = { .owner = 0 };
	struct conf_error error;
	char sentence[CONF_SENTENCE_SIZE];
	bool online;
	int r, status = CTL_OK, flushed;

	if (!read_options(argc, argv, &online))
		return ctl_usage(ctl);
	r = settings_read(ctl->config, &set, &error);
	if (r != 0) {
		ctl_say("%s", conf_sentence(&error, sentence));
		return r > 0 ? CTL_REFUSED : CTL_FAULT;
	}
	if (!check_templates(&set))
		return CTL_REFUSED;
	printf("%s: good\n", ctl->config);
	if (online)
		status = go_online(ctl, &set);
	flushed = ctl_flush();
	return flushed != CTL_OK ? flushed : status;
}

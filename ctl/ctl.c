/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctl - what the verbs of boxofficectl share
 *
 * Layer: ctl.  Uses: store.
 */
#include "ctl/ctl.h"

#include "base/strbuf.h"

#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
say(const char *fmt, va_list ap)
{
	fputs("boxofficectl: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void
ctl_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

int
ctl_refuse(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	return CTL_REFUSED;
}

void
ctl_print_usage(FILE *out, const struct verb *verb)
{
	fprintf(out, "usage: boxofficectl [--config FILE] %s%s%s\n", verb->name,
	    verb->usage[0] != '\0' ? " " : "", verb->usage);
}

int
ctl_usage(const struct ctl *ctl)
{
	ctl_print_usage(stderr, ctl->verb);
	return CTL_USAGE;
}

static const struct {
	int fault;
	const char *text;
} faults[] = {
	{ DB_F_UNREACHABLE, "PostgreSQL cannot be reached; nothing was done" },
	{ DB_F_STATEMENT, "PostgreSQL refused a statement; nothing was kept" },
	{ DB_F_TIMEOUT, "PostgreSQL took too long; nothing was kept" },
	{ DB_F_UNKNOWN,
	    "the connection broke at the commit: look whether it "
	    "was done before you ask again" },
	{ DB_F_READONLY, "PostgreSQL is read-only: is this the primary?" },
	{ KV_F_PROTOCOL, "Redis answered nonsense" },
	{ KV_F_REFUSED, "Redis refused a command" },
	{ KV_F_LOADING,
	    "Redis lost something that is being put back; ask "
	    "again" },
	{ KV_F_AWAY, "Redis cannot be reached; nothing was done" },
};

int
ctl_fault(int r)
{
	for (size_t i = 0; i < ARRAY_LEN(faults); i++)
		if (faults[i].fault == r) {
			ctl_say("%s", faults[i].text);
			return CTL_FAULT;
		}
	ctl_say("%s", strerror(-r));
	return CTL_FAULT;
}

void
ctl_print_rows(const struct db_rows *rows)
{
	for (size_t i = 0; i < rows->n_rows; i++)
		for (size_t k = 0; k < rows->n_cols; k++) {
			struct span cell = db_cell(rows, i, k);

			printf("%.*s%c", (int)cell.len, cell.p,
			    k + 1 < rows->n_cols ? ' ' : '\n');
		}
}

int
ctl_flush(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return CTL_OK;
	ctl_say("standard output could not be written");
	return CTL_FAULT;
}

/* More is a mistake. */
#define FILE_LEN_MAX ((size_t)256 << 20)

/* returns: 0; < 0 -errno */
static int
read_stream(struct arena *a, FILE *in, struct span *out)
{
	struct strbuf text;
	size_t n;

	strbuf_init(&text, a, KIB(256));
	do {
		n = fread(strbuf_room(&text, KIB(64)), 1, KIB(64), in);
		strbuf_grew(&text, n);
		if (text.len > FILE_LEN_MAX)
			return -EFBIG;
	} while (n > 0);
	*out = strbuf_get(&text);
	return ferror(in) ? -EIO : 0;
}

int
ctl_read(struct arena *a, const char *path, struct span *out)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	int r;

	if (in == NULL)
		return -errno;
	r = read_stream(a, in, out);
	if (in != stdin)
		(void)fclose(in); /* nothing was written to it */
	return r;
}

struct span
ctl_os_user(struct arena *a)
{
	const struct passwd *user = getpwuid(getuid());

	return span_str(user != NULL
		? arena_printf(a, "%s", user->pw_name)
		: arena_printf(a, "%u", (unsigned)getuid()));
}

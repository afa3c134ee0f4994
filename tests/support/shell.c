/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shell - boxofficectl as an operator types it
 *
 * Layer: tests.  Uses: store, check.
 */
#include "tests/support/shell.h"

#include "tests/support/suite.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>

char out[262144], err[65536];

char folder[] = "/tmp/bo-ctl-XXXXXX";
static struct ctx *of;

void
shell_open(struct ctx *ctx)
{
	of = ctx;
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

void
shell_close(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

const char *
in_folder(const char *name)
{
	static char path[4][128];
	static int n;
	char *p = path[n++ % 4];

	snprintf(p, sizeof(path[0]), "%s/%s", folder, name);
	return p;
}

void
write_file(const char *name, const char *text)
{
	FILE *f = fopen(in_folder(name), "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

static void
read_back(const char *name, char *text, size_t size)
{
	FILE *f = fopen(in_folder(name), "r");
	size_t n;

	ck_assert_ptr_nonnull(f);
	n = fread(text, 1, size - 1, f);
	text[n] = '\0';
	fclose(f);
}

void
write_conf(const char *name, const char *more)
{
	const struct settings *set = &of->set;

	write_file(name,
	    arena_printf(&of->arena,
		"[general]\nruntime_dir =\n"
		"[redis]\nsocket = %s\n"
		"[postgresql]\nprimary_dsn = %s\nreplica_dsn = %s\n"
		"[account]\nargon2_memory_kib = 8192\nargon2_passes = 1\n"
		"[token]\nkey = %s\n%s",
		set->redis_socket, set->primary_dsn, set->primary_dsn,
		set->token_key, more));
}

int
shell_run(const char *fmt, ...)
{
	char command[4096];
	va_list ap;
	int status;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	setenv("CTL",
	    arena_printf(&of->arena, "%s/boxofficectl --config %s",
		getenv("BUILDDIR"), in_folder("conf")),
	    1);
	setenv("CTL_LIVE",
	    arena_printf(&of->arena, "%s/boxofficectl --config %s",
		getenv("BUILDDIR"), in_folder("live.conf")),
	    1);
	status = system(arena_printf(&of->arena, "{ %s\n} >%s 2>%s", command,
	    in_folder("out"), in_folder("err")));
	read_back("out", out, sizeof(out));
	read_back("err", err, sizeof(err));
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

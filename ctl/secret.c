/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * secret - reading a password without showing it
 *
 * Layer: ctl.  Uses: base.
 */
#include "ctl/secret.h"

#include "base/crypto.h"
#include "ctl/ctl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* A line, "\r\n" and "\n" taken off; no memory of it stays in stdio. */
static int
read_line(struct arena *a, FILE *in, struct span *out)
{
	char *line = arena_alloc(a, SECRET_LEN_MAX + 3);
	size_t len;

	setvbuf(in, NULL, _IONBF, 0);
	if (fgets(line, SECRET_LEN_MAX + 3, in) == NULL)
		return ctl_refuse("no password was given");
	len = strcspn(line, "\r\n");
	if (len > SECRET_LEN_MAX)
		return ctl_refuse("the password is too long");
	*out = (struct span){ line, len };
	return 0;
}

static int
read_file(struct arena *a, const char *path, struct span *out)
{
	FILE *in = fopen(path, "re");
	int r;

	if (in == NULL)
		return ctl_refuse("%s: %s", path, strerror(errno));
	r = read_line(a, in, out);
	fclose(in);
	return r;
}

static int
ask(struct arena *a, const char *prompt, FILE *tty, struct span *out)
{
	struct termios loud, quiet;
	int r;

	if (tcgetattr(fileno(tty), &loud) != 0)
		return ctl_refuse("/dev/tty: %s", strerror(errno));
	quiet = loud;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	/* The flush drops what was typed before the prompt could be seen. */
	tcsetattr(fileno(tty), TCSAFLUSH, &quiet);
	fputs(prompt, stderr);
	r = read_line(a, tty, out);
	tcsetattr(fileno(tty), TCSAFLUSH, &loud);
	fputc('\n', stderr);
	return r;
}

static int
read_terminal(struct arena *a, struct span *out)
{
	FILE *tty = fopen("/dev/tty", "r+e");
	struct span again;
	int r;

	if (tty == NULL)
		return ctl_refuse(
		    "there is no terminal to ask for a "
		    "password: give --password-file");
	r = ask(a, "Password: ", tty, out);
	if (r == 0)
		r = ask(a, "Again: ", tty, &again);
	fclose(tty);
	if (r == 0 && !crypto_equal(*out, again))
		r = ctl_refuse("the two passwords differ");
	return r;
}

int
secret_read(struct arena *a, const char *file, struct span *out)
{
	if (file == NULL)
		return read_terminal(a, out);
	if (span_eq_str(span_str(file), "-"))
		return read_line(a, stdin, out);
	return read_file(a, file, out);
}

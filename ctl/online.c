/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * online - does what the settings name exist, and is it fit for the programs
 *
 * What the host itself has to have; the stores are online_db.c and
 * online_redis.c.
 *
 * Layer: ctl.  Uses: store.
 */
#include "ctl/online.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void
print_line(const char *verdict, const char *name, const char *fmt, va_list ap)
{
	printf("%s %s: ", verdict, name);
	vprintf(fmt, ap);
	putchar('\n');
}

bool
online_ok(const char *name, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line("ok", name, fmt, ap);
	va_end(ap);
	return true;
}

bool
online_not_ok(const char *name, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line("not ok", name, fmt, ap);
	va_end(ap);
	return false;
}

/* Its form was checked when the settings were read. */
static bool
check_public_url(const struct settings *set)
{
	return online_ok("public_url", "%s",
	    set->public_url[0] != '\0' ? set->public_url : "not set");
}

static bool
check_runtime_dir(const struct settings *set)
{
	static const char name[] = "runtime_dir";
	const char *path = set->runtime_dir;
	struct stat st;

	if (path[0] == '\0')
		return online_ok(name, "not set, so there are no metrics");
	if (stat(path, &st) < 0)
		return online_not_ok(name,
		    "%s: %s; make it with "
		    "systemd-tmpfiles --create",
		    path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return online_not_ok(name,
		    "%s is no folder; remove it or "
		    "name another",
		    path);
	if (faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS) < 0)
		return online_not_ok(name,
		    "%s cannot be written by user "
		    "%ld; give it to that user, or ask as the services' user",
		    path, (long)geteuid());
	return online_ok(name, "%s, can be written by user %ld", path,
	    (long)geteuid());
}

/* May this process give a file to group? */
static bool
is_member(gid_t group)
{
	gid_t groups[1024];
	int n = getgroups(ARRAY_LEN(groups), groups);

	if (geteuid() == 0 || getegid() == group)
		return true;
	for (int i = 0; i < n; i++)
		if (groups[i] == group)
			return true;
	return false;
}

static bool
check_group(const struct settings *set)
{
	static const char name[] = "socket_group";
	const struct group *group;

	if (set->socket_group[0] == '\0')
		return online_ok(name,
		    "not set, so sockets keep the group "
		    "of the user");
	group = getgrnam(set->socket_group);
	if (group == NULL)
		return online_not_ok(name,
		    "there is no group %s; name the "
		    "web server's",
		    set->socket_group);
	return online_ok(name, "%s%s", set->socket_group,
	    is_member(group->gr_gid)
		? ""
		: ", which is not this user's: the sockets must be handed over, "
		  "as by systemd");
}

bool
online_check(struct ctl *ctl)
{
	const struct settings *set = &ctl->ctx.set;
	bool ok = true;

	ok &= check_public_url(set);
	ok &= check_runtime_dir(set);
	ok &= check_group(set);
	ok &= online_primary(ctl);
	ok &= online_replica(ctl);
	ok &= online_direct(ctl);
	ok &= online_redis(ctl);
	ok &= online_providers(ctl);
	return ok;
}

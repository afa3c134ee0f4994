/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * drain - see drain.h
 *
 * Layer: store.
 */
#include "store/drain.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

/* returns: false where the folder's name is too long */
static bool
mark_of(const char *folder, char path[PATH_MAX])
{
	int n = snprintf(path, PATH_MAX, "%s/draining", folder);

	return n > 0 && n < PATH_MAX;
}

int
drain_set(const char *folder, bool draining)
{
	char path[PATH_MAX];
	int fd;

	if (!mark_of(folder, path))
		return -ENAMETOOLONG;
	if (!draining)
		return unlink(path) == 0 || errno == ENOENT ? 0 : -errno;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

bool
drain_is(const char *folder)
{
	char path[PATH_MAX];

	return folder[0] != '\0' && mark_of(folder, path)
	    && access(path, F_OK) == 0;
}

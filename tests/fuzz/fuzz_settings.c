/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_settings - a configuration file
 *
 * A refusal must say where and why; what is taken must lie in its ranges,
 * be printable, and be what it was when compared with itself.
 *
 * Layer: tests.  Uses: store.
 */
#include "store/settings.h"

#include "tests/fuzz/target.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* A file in memory; a folder "conf.d" beside it there never is. */
static int
open_file(const uint8_t *data, size_t len)
{
	int fd = memfd_create("boxoffice.conf", MFD_CLOEXEC);
	size_t done = 0;

	assert(fd >= 0);
	while (done < len) {
		ssize_t n = write(fd, data + done, len - done);

		assert(n > 0);
		done += (size_t)n;
	}
	return fd;
}

static void
must_be_in_range(const struct settings *set)
{
	for (const struct conf_row *row = settings_rows; row->key != NULL;
	     row++) {
		const char *place = (const char *)set + row->offset;
		int64_t v;

		if (row->type == CONF_STRING)
			assert(memchr(place, 0, row->size) != NULL);
		if (row->type != CONF_INT)
			continue;
		memcpy(&v, place, sizeof(v));
		assert(v >= row->min && v <= row->max);
	}
}

static void
must_be_printable(const struct settings *set)
{
	static char text[KIB(64)];
	FILE *out = fmemopen(text, sizeof(text), "w");

	assert(out != NULL);
	conf_print(settings_rows, set, out);
	fclose(out);
	assert(text[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	int fd = open_file(data, len);
	const struct conf_row *fixed;
	struct conf_error error = { .line = -1 };
	struct settings set;
	struct settings_wrong wrong = { .a = 0 };
	char path[64];
	int r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	r = conf_read(settings_rows, path, CONF_OWNERS, &set, sizeof(set), NULL,
	    &error);
	close(fd);
	if (r != 0) {
		assert(error.line >= 0 && error.text[0] != '\0');
		assert(memchr(error.text, 0, sizeof(error.text)) != NULL);
		assert(memchr(error.file, 0, sizeof(error.file)) != NULL);
		return 0;
	}
	must_be_in_range(&set);
	must_be_printable(&set);
	assert(conf_diff(settings_rows, &set, &set, &fixed) == 0
	    && fixed == NULL);
	if (!settings_check(&set, &wrong))
		assert(wrong.text[0] != '\0');
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay_main - run a fuzz target over files: its seeds and its past crashes
 *
 * One TAP line a file, without the plan, which replay.sh writes for all
 * targets together. A file that crashes ends the process before its line.
 *
 * Layer: tests.  Uses: target.
 */
#include "tests/fuzz/target.h"

#include <stdio.h>
#include <stdlib.h>

/* In a block of exactly its length, so that a sanitizer sees any byte read
 * behind it. */
static uint8_t *
read_whole(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data;
	long size;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0)
		return NULL;
	rewind(f);
	*len = (size_t)size;
	data = malloc(*len > 0 ? *len : 1);
	if (data != NULL && fread(data, 1, *len, f) != *len) {
		free(data);
		data = NULL;
	}
	fclose(f);
	return data;
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		size_t len;
		uint8_t *data = read_whole(argv[i], &len);

		if (data == NULL) {
			printf("not ok - %s cannot be read\n", argv[i]);
			return 1;
		}
		(void)LLVMFuzzerTestOneInput(data, len);
		free(data);
		printf("ok - %s\n", argv[i]);
		fflush(stdout);
	}
	return 0;
}

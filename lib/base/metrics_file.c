/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics_file - what a metrics file looks like
 *
 * Where things are in a mapping, and whether a file of somebody else's can be
 * trusted not to lead outside of it.
 *
 * Layer: base (private to metrics).  Uses: metrics.
 */
#include "base/metrics_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

const int64_t metric_buckets_us[] = {
	100,
	250,
	500,
	1000,
	2500,
	5000,
	10000,
	25000,
	50000,
	100000,
	250000,
	350000,
	500000,
	1000000,
	2500000,
	5000000,
	10000000,
};
const size_t metric_n_buckets = ARRAY_LEN(metric_buckets_us);

uint32_t
metrics_kind_cells(uint32_t kind)
{
	return kind == METRIC_HISTOGRAM ? (uint32_t)metric_n_buckets + 2 : 1;
}

static size_t
slot_len(uint32_t n_cells)
{
	size_t len = n_cells * sizeof(metrics_cell);

	return (len + METRICS_LINE - 1) / METRICS_LINE * METRICS_LINE;
}

static size_t
slots_begin(uint32_t n_rows)
{
	return sizeof(struct metrics_head)
	    + n_rows * sizeof(struct metrics_desc);
}

size_t
metrics_file_len(uint32_t n_rows, uint32_t n_slots, uint32_t n_cells)
{
	return slots_begin(n_rows) + n_slots * slot_len(n_cells);
}

_Static_assert(sizeof(struct metrics_head) % METRICS_LINE == 0
	&& sizeof(struct metrics_desc) % METRICS_LINE == 0,
    "slots begin on a cache line");

struct metrics_desc *
metrics_descs(const struct metrics_map *map)
{
	return (struct metrics_desc *)(map->head + 1);
}

metrics_cell *
metrics_at(const struct metrics_map *map, uint32_t slot, uint32_t cell)
{
	const struct metrics_head *head = map->head;
	char *slots = (char *)map->head + slots_begin(head->n_rows);

	return (metrics_cell *)(slots + slot * slot_len(head->n_cells)) + cell;
}

int64_t
metrics_cell_sum(const struct metrics_map *map, uint32_t cell)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < map->head->n_slots; i++)
		sum += atomic_load_explicit(metrics_at(map, i, cell),
		    memory_order_relaxed);
	return sum;
}

uint64_t
metrics_pid_start(int32_t pid)
{
	char path[32], text[512];
	const char *at;
	unsigned long long start;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[MAX(n, 0)] = '\0';
	/* The second field is a name in parentheses and may hold anything. */
	at = strrchr(text, ')');
	if (at == NULL
	    || sscanf(at + 1,
		   " %*c %*d %*d %*d %*d %*d %*u %*u "
		   "%*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
		   &start)
		!= 1)
		return 0;
	return start;
}

static bool
desc_is_sound(const struct metrics_desc *d, uint32_t n_cells)
{
	return d->kind <= METRIC_HISTOGRAM && d->cell < n_cells
	    && metrics_kind_cells(d->kind) <= n_cells - d->cell
	    && memchr(d->name, '\0', sizeof(d->name)) != NULL
	    && memchr(d->labels, '\0', sizeof(d->labels)) != NULL
	    && memchr(d->help, '\0', sizeof(d->help)) != NULL;
}

static bool
map_is_sound(const struct metrics_map *map)
{
	const struct metrics_head *head = map->head;

	if (head->magic != METRICS_MAGIC || head->layout != METRICS_LAYOUT
	    || head->n_rows > METRICS_N_ROWS_MAX
	    || head->n_slots > METRICS_N_SLOTS_MAX
	    || head->n_cells > METRICS_N_CELLS_MAX)
		return false;
	if (map->len
	    != metrics_file_len(head->n_rows, head->n_slots, head->n_cells))
		return false;
	for (uint32_t i = 0; i < head->n_rows; i++)
		if (!desc_is_sound(&metrics_descs(map)[i], head->n_cells))
			return false;
	return true;
}

bool
metrics_map_fd(int fd, int prot, struct metrics_map *out)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) != 0
	    || st.st_size < (off_t)sizeof(struct metrics_head))
		return false;
	p = mmap(NULL, (size_t)st.st_size, prot, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return false;
	*out = (struct metrics_map){ p, (size_t)st.st_size };
	if (map_is_sound(out))
		return true;
	munmap(out->head, out->len);
	return false;
}

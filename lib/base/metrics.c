/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics - counters that never fall, gauges and histograms, shared by a tree
 *
 * This tree's own mapping: made once, then only atomic additions. The text
 * for /metrics is made in metrics_render.c.
 *
 * Layer: base.  Uses: log, metrics_file.
 */
#include "base/metrics.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metrics_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#define PATH_SIZE 256
#define N_PROGRAMS_MAX 100000 /* one tree ran one after the other */

struct metrics {
	struct metrics_map map;
	char path[PATH_SIZE]; /* "" when nobody else can see it */
	int fd;               /* holds the lock that says "living" */
	uint32_t slot;
};

static void
copy_text(char *to, size_t size, const char *text)
{
	if (strlen(text) >= size)
		DIE("bad-metric-row", LSTR("too_long", text));
	strcpy(to, text);
}

static struct metrics_head
head_for(const struct metric_row *rows, int n_slots)
{
	struct metrics_head head = {
		.magic = METRICS_MAGIC,
		.layout = METRICS_LAYOUT,
		.pid = getpid(),
		.pid_start = metrics_pid_start(getpid()),
		.n_slots = (uint32_t)n_slots,
	};

	for (; rows->name != NULL; rows++) {
		head.n_rows++;
		head.n_cells += metrics_kind_cells(rows->kind);
	}
	assert(n_slots >= 1 && n_slots <= METRICS_N_SLOTS_MAX);
	assert(head.n_rows <= METRICS_N_ROWS_MAX);
	assert(head.n_cells <= METRICS_N_CELLS_MAX);
	return head;
}

static void
write_descs(struct metrics_map *map, const struct metric_row *rows)
{
	struct metrics_desc *d = metrics_descs(map);
	uint32_t cell = 0;

	for (; rows->name != NULL; rows++, d++) {
		d->kind = rows->kind;
		d->cell = cell;
		copy_text(d->name, sizeof(d->name), rows->name);
		copy_text(d->labels, sizeof(d->labels), rows->labels);
		copy_text(d->help, sizeof(d->help), rows->help);
		cell += metrics_kind_cells(rows->kind);
	}
}

/* A mapping of fd (-1: of nothing), described and all zeros. */
static int
map_new(const struct metric_row *rows, int n_slots, int fd,
    struct metrics_map *out)
{
	struct metrics_head head = head_for(rows, n_slots);
	size_t len = metrics_file_len(head.n_rows, head.n_slots, head.n_cells);
	void *p;

	if (fd >= 0 && ftruncate(fd, (off_t)len) != 0)
		return -errno;
	p = mmap(NULL, len, PROT_READ | PROT_WRITE,
	    MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);
	if (p == MAP_FAILED)
		return -errno;
	*out = (struct metrics_map){ p, len };
	*out->head = head;
	write_descs(out, rows);
	return 0;
}

/*
 * Give the whole and locked file the first free name. A tree that replaced
 * its own program finds the file of the program before: that one stays and
 * is still summed, because its counters must not fall and its workers may
 * still be draining.
 */
static int
name_file(struct metrics *m, const char *fresh, const char *folder,
    const char *program)
{
	for (int n = 0; n < N_PROGRAMS_MAX; n++) {
		if (snprintf(m->path, PATH_SIZE, "%s/%s-%d.%d" METRICS_SUFFIX,
			folder, program, getpid(), n)
		    >= PATH_SIZE)
			return -ENAMETOOLONG;
		if (link(fresh, m->path) == 0)
			return 0;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

static int
fill_file(struct metrics *m, const struct metric_row *rows, int n_slots,
    const char *folder, const char *program, const char *fresh)
{
	int r;

	if (flock(m->fd, LOCK_SH) != 0)
		return -errno;
	r = map_new(rows, n_slots, m->fd, &m->map);
	if (r != 0)
		return r;
	r = name_file(m, fresh, folder, program);
	if (r != 0)
		munmap(m->map.head, m->map.len);
	return r;
}

static int
open_file(struct metrics *m, const struct metric_row *rows, int n_slots,
    const char *folder, const char *program)
{
	char fresh[PATH_SIZE];
	int r;

	if (snprintf(fresh, PATH_SIZE, "%s/.%s-%d.new", folder, program,
		getpid())
	    >= PATH_SIZE)
		return -ENAMETOOLONG;
	m->fd = open(fresh, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (m->fd < 0)
		return -errno;
	r = fill_file(m, rows, n_slots, folder, program, fresh);
	unlink(fresh);
	if (r != 0)
		close(m->fd);
	return r;
}

int
metrics_open(const struct metric_row *rows, int n_slots, const char *folder,
    const char *program, struct metrics **out)
{
	struct metrics *m = mem_zget(sizeof(*m));
	int r;

	m->fd = -1;
	r = folder[0] == '\0' ? map_new(rows, n_slots, -1, &m->map)
			      : open_file(m, rows, n_slots, folder, program);
	if (r != 0)
		free(m);
	else
		*out = m;
	return r;
}

void
metrics_close(struct metrics *m)
{
	if (m == NULL)
		return;
	/* A forked child leaves, the tree stays. */
	if (m->path[0] != '\0' && m->map.head->pid == getpid())
		unlink(m->path);
	munmap(m->map.head, m->map.len);
	if (m->fd >= 0)
		close(m->fd);
	free(m);
}

void
metrics_use_slot(struct metrics *m, int slot)
{
	if (m == NULL)
		return;
	assert(slot >= 0 && (uint32_t)slot < m->map.head->n_slots);
	m->slot = (uint32_t)slot;
}

void
metrics_clear_gauges(struct metrics *m, int slot)
{
	if (m == NULL)
		return;
	assert(slot >= 0 && (uint32_t)slot < m->map.head->n_slots);
	for (uint32_t i = 0; i < m->map.head->n_rows; i++) {
		const struct metrics_desc *d = &metrics_descs(&m->map)[i];

		if (d->kind == METRIC_GAUGE)
			atomic_store_explicit(
			    metrics_at(&m->map, (uint32_t)slot, d->cell), 0,
			    memory_order_relaxed);
	}
}

static const struct metrics_desc *
desc_of(const struct metrics *m, int row)
{
	assert(row >= 0 && (uint32_t)row < m->map.head->n_rows);
	return &metrics_descs(&m->map)[row];
}

static void
add_to(struct metrics *m, uint32_t cell, int64_t n)
{
	atomic_fetch_add_explicit(metrics_at(&m->map, m->slot, cell), n,
	    memory_order_relaxed);
}

void
metrics_add(struct metrics *m, int row, int64_t n)
{
	const struct metrics_desc *d;

	if (m == NULL)
		return;
	d = desc_of(m, row);
	assert(d->kind == METRIC_GAUGE
	    || (d->kind == METRIC_COUNTER && n >= 0));
	add_to(m, d->cell, n);
}

void
metrics_set(struct metrics *m, int row, int64_t value)
{
	const struct metrics_desc *d;

	if (m == NULL)
		return;
	d = desc_of(m, row);
	assert(d->kind == METRIC_GAUGE);
	atomic_store_explicit(metrics_at(&m->map, m->slot, d->cell), value,
	    memory_order_relaxed);
}

void
metrics_observe_us(struct metrics *m, int row, int64_t us)
{
	const struct metrics_desc *d;
	uint32_t bucket = 0;

	if (m == NULL)
		return;
	d = desc_of(m, row);
	assert(d->kind == METRIC_HISTOGRAM);
	us = MAX(us, 0);
	while (bucket < metric_n_buckets && us > metric_buckets_us[bucket])
		bucket++;
	add_to(m, d->cell + bucket, 1);
	add_to(m, d->cell + (uint32_t)metric_n_buckets + 1, us);
}

int64_t
metrics_sum(const struct metrics *m, int row)
{
	const struct metrics_desc *d;
	uint32_t n_cells;
	int64_t sum = 0;

	if (m == NULL)
		return 0;
	d = desc_of(m, row);
	n_cells = metrics_kind_cells(d->kind);
	if (d->kind == METRIC_HISTOGRAM)
		n_cells--; /* how many were seen, not how long */
	for (uint32_t i = 0; i < n_cells; i++)
		sum += metrics_cell_sum(&m->map, d->cell + i);
	return sum;
}

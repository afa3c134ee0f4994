/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics_render - the sum of all living trees as Prometheus text
 *
 * Trees of other programs and versions have other rows; a series is the same
 * when kind, name and labels are.
 *
 * Layer: base.  Uses: arena, metrics_file, strbuf.
 */
#include "base/metrics_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

struct series {
	struct series *next;
	const struct metrics_desc *desc;
	int64_t *cells;
	bool done; /* written */
};

struct sums {
	struct arena *arena;
	struct series *first, **end;
};

static bool
same_name(const struct series *s, const struct metrics_desc *d)
{
	return s->desc->kind == d->kind && strcmp(s->desc->name, d->name) == 0;
}

static struct series *
find_or_add(struct sums *sums, const struct metrics_desc *d)
{
	struct series *s;

	for (s = sums->first; s != NULL; s = s->next)
		if (same_name(s, d) && strcmp(s->desc->labels, d->labels) == 0)
			return s;
	s = ARENA_NEW(sums->arena, struct series);
	s->desc = (void *)arena_dup(sums->arena, d, sizeof(*d));
	s->cells = ARENA_ARRAY(sums->arena, metrics_kind_cells(d->kind),
	    int64_t);
	*sums->end = s;
	sums->end = &s->next;
	return s;
}

static void
add_map(struct sums *sums, const struct metrics_map *map, bool with_gauges)
{
	for (uint32_t i = 0; i < map->head->n_rows; i++) {
		const struct metrics_desc *d = &metrics_descs(map)[i];
		struct series *s = find_or_add(sums, d);

		if (d->kind == METRIC_GAUGE && !with_gauges)
			continue;
		for (uint32_t c = 0; c < metrics_kind_cells(d->kind); c++)
			s->cells[c] += metrics_cell_sum(map, d->cell + c);
	}
}

enum life {
	LIFE_NONE,    /* the tree has ended */
	LIFE_COUNTED, /* the tree replaced its program; nobody writes here */
	LIFE_FULL,
};

/*
 * Every process of a tree holds the file's lock, inherited over fork and
 * dropped by exec. Free, with the owner still running, it is the file of the
 * program before an upgrade: what that counted has happened, but its gauges
 * are nobody's.
 */
static enum life
life_of(int fd)
{
	struct metrics_head head;

	/* Not ours, or not yet: nothing to remove. */
	if (pread(fd, &head, sizeof(head), 0) != (ssize_t)sizeof(head)
	    || head.magic != METRICS_MAGIC)
		return LIFE_COUNTED;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return LIFE_FULL;
	return head.pid_start == metrics_pid_start(head.pid) ? LIFE_COUNTED
							     : LIFE_NONE;
}

static void
add_file(struct sums *sums, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct metrics_map map;
	enum life life;

	/* Its tree may have ended since the folder was listed. */
	if (fd < 0)
		return;
	life = life_of(fd);
	if (life == LIFE_NONE) {
		unlink(path);
	} else if (metrics_map_fd(fd, PROT_READ, &map)) {
		add_map(sums, &map, life == LIFE_FULL);
		munmap(map.head, map.len);
	}
	close(fd);
}

static int
is_metrics_file(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name), suffix = strlen(METRICS_SUFFIX);

	return entry->d_name[0] != '.' && len > suffix
	    && strcmp(entry->d_name + len - suffix, METRICS_SUFFIX) == 0;
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
add_folder(struct sums *sums, const char *folder)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_metrics_file, by_bytes);

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		add_file(sums,
		    arena_printf(sums->arena, "%s/%s", folder,
			entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	return 0;
}

/* HELP and TYPE, once for all series of a name. */
static void
write_head(struct strbuf *b, const struct metrics_desc *d)
{
	static const char *const words[] = { "counter", "gauge", "histogram" };

	strbuf_printf(b, "# HELP %s ", d->name);
	for (const char *p = d->help; *p != '\0'; p++)
		if (*p == '\\' || *p == '\n')
			strbuf_str(b, *p == '\\' ? "\\\\" : "\\n");
		else
			strbuf_char(b, *p);
	strbuf_printf(b, "\n# TYPE %s %s\n", d->name, words[d->kind]);
}

static void
write_plain(struct strbuf *b, const struct metrics_desc *d, const char *suffix,
    const char *value)
{
	bool bare = d->labels[0] == '\0';

	strbuf_printf(b, "%s%s%s%s%s %s\n", d->name, suffix, bare ? "" : "{",
	    d->labels, bare ? "" : "}", value);
}

static void
write_histogram(struct strbuf *b, const struct series *s)
{
	const struct metrics_desc *d = s->desc;
	const char *comma = d->labels[0] == '\0' ? "" : ",";
	int64_t sum_us = s->cells[metric_n_buckets + 1], n = 0;

	/* A bucket counts all that is not above it, the smaller ones too. */
	for (size_t i = 0; i < metric_n_buckets; i++) {
		n += s->cells[i];
		strbuf_printf(b, "%s_bucket{%s%sle=\"%g\"} %" PRId64 "\n",
		    d->name, d->labels, comma,
		    (double)metric_buckets_us[i] / 1e6, n);
	}
	n += s->cells[metric_n_buckets];
	strbuf_printf(b, "%s_bucket{%s%sle=\"+Inf\"} %" PRId64 "\n", d->name,
	    d->labels, comma, n);
	write_plain(b, d, "_sum",
	    arena_printf(b->arena, "%" PRId64 ".%06" PRId64, sum_us / 1000000,
		sum_us % 1000000));
	write_plain(b, d, "_count", arena_printf(b->arena, "%" PRId64, n));
}

static void
write_series(struct strbuf *b, const struct series *s)
{
	if (s->desc->kind == METRIC_HISTOGRAM)
		write_histogram(b, s);
	else
		write_plain(b, s->desc, "",
		    arena_printf(b->arena, "%" PRId64, s->cells[0]));
}

int
metrics_render(struct arena *a, const char *folder, struct strbuf *b)
{
	struct sums sums = { .arena = a, .end = &sums.first };
	int r = folder[0] == '\0' ? 0 : add_folder(&sums, folder);

	if (r != 0)
		return r;
	for (struct series *s = sums.first; s != NULL; s = s->next) {
		if (s->done)
			continue;
		write_head(b, s->desc);
		for (struct series *t = s; t != NULL; t = t->next)
			if (same_name(t, s->desc)) {
				write_series(b, t);
				t->done = true;
			}
	}
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics_file - what a metrics file looks like
 *
 * One tree writes it, any program of ours reads it, an older or newer one
 * too: so it names its own rows, and metrics.c and metrics_render.c alone
 * share this layout.
 *
 *	struct metrics_head
 *	struct metrics_desc x n_rows
 *	slot x n_slots: cells of 8 bytes, rounded up to whole cache lines
 *
 * A counter or gauge is one cell; a histogram is one per bucket, one for
 * what is above them all, and one for the sum in microseconds.
 *
 * Layer: base (private to metrics).  Uses: metrics.
 */
#ifndef BASE_METRICS_FILE_H
#define BASE_METRICS_FILE_H

#include "base/metrics.h"

#include <stdatomic.h>

#define METRICS_MAGIC UINT64_C(0x7363697274656d42) /* "Bmetrics" */
/* Another number whenever a struct below or the buckets change. */
#define METRICS_LAYOUT 1
#define METRICS_SUFFIX ".metrics"
#define METRICS_LINE 64 /* bytes of a cache line */
#define METRICS_N_SLOTS_MAX 1024
#define METRICS_N_ROWS_MAX 4096
#define METRICS_N_CELLS_MAX 65536 /* of one slot */

struct metrics_head {
	/* these four are the same in every layout */
	uint64_t magic;
	uint32_t layout;
	int32_t pid;        /* the owner of the tree */
	uint64_t pid_start; /* when that process began, in clock ticks */
	uint32_t n_rows, n_slots, n_cells; /* n_cells: of one slot */
	uint32_t reserved[7];
};

struct metrics_desc {
	uint32_t kind; /* enum metric_kind */
	uint32_t cell; /* its first cell in each slot */
	char name[88];
	char labels[96];
	char help[192];
};

typedef _Atomic int64_t metrics_cell;

/* One mapped file. */
struct metrics_map {
	struct metrics_head *head;
	size_t len;
};

/* Cells a row of this kind takes. */
uint32_t metrics_kind_cells(uint32_t kind);
/* Bytes of a whole file. */
size_t metrics_file_len(uint32_t n_rows, uint32_t n_slots, uint32_t n_cells);
struct metrics_desc *metrics_descs(const struct metrics_map *map);
/* Cell number cell of a slot. */
metrics_cell *metrics_at(const struct metrics_map *map, uint32_t slot,
    uint32_t cell);
/* Sum of one cell over all slots. */
int64_t metrics_cell_sum(const struct metrics_map *map, uint32_t cell);
/*
 * When process pid began (proc(5), field 22): with the pid it names one
 * process for ever, though pids come again. 0 when it does not run.
 */
uint64_t metrics_pid_start(int32_t pid);
/*
 * Map the file behind fd, if every number in it fits its length.
 *
 * returns: whether it did; out is written then and is unmapped by the caller
 */
bool metrics_map_fd(int fd, int prot, struct metrics_map *out) MUST_CHECK;

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * export_work - exports are written into files
 *
 * Layer: domain.  Uses: base, store, export.
 */
#include "admin/export_work.h"

#include "admin/export.h"
#include "base/crypto.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/rand.h"
#include "store/part.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Longer than a round by far. */
#define LEASE_MS 30000
#define FILE_MODE 0640 /* the web server's group reads it */
#define OWNER_LEN 36
#define HOUR_MS INT64_C(3600000)
#define NAME_MAX_LEN 100
/* Files looked at in one purge. */
#define FILES_MAX 1000
/* By which spreadsheets know UTF-8. */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

SQL(export_take,
    "SELECT id, what, coalesce(performance_id, 0),"
    " coalesce((extract(epoch from from_at)*1000)::bigint, -1),"
    " coalesce((extract(epoch from to_at)*1000)::bigint, -1), file, after_id,"
    " coalesce(upto_id, -1), n_rows, n_bytes FROM export_take($1, $2, $3, $4)");
SQL(export_step, "SELECT export_step($1, $2, $3, $4, $5, $6, $7)");
SQL(export_fail, "SELECT export_fail($1, $2, $3, $4)");
SQL(exports_purge, "SELECT exports_purge($1, $2)");

/* Who this process is among owners, once it was asked. */
struct self {
	char owner[OWNER_LEN + 1];
};
CTX_PART(self, struct self);

struct work {
	struct ctx *ctx;
	struct export_ask ask;
	int64_t id, after, upto, n_rows, n_bytes;
	struct span file;
};

static const char *
random_hex(struct arena *a)
{
	uint8_t bytes[16];

	rand_bytes(bytes, sizeof(bytes));
	return crypto_hex(a, bytes, sizeof(bytes));
}

static const char *
owner_of(struct ctx *ctx)
{
	struct self *s = ctx_part(ctx, &self);
	const char *hex = random_hex(&ctx->arena);

	if (s->owner[0] == '\0')
		snprintf(s->owner, sizeof(s->owner),
		    "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
		    hex + 16, hex + 20);
	return s->owner;
}

/* out: work->id 0 where there is nothing to do */
static int
take(struct work *work)
{
	struct arena *a = &work->ctx->arena;
	const struct db_param params[] = { db_str(owner_of(work->ctx)),
		db_str(random_hex(a)), db_i64(a, LEASE_MS), db_now(a) };
	struct db_rows rows;
	int r = db_sure(db_run(work->ctx->primary, a, &sql_export_take,
	    ARRAY_LEN(params), params, &rows));

	if (r != 0 || rows.n_rows == 0)
		return r;
	work->id = db_get_i64(&rows, 0, 0);
	work->ask =
	    (struct export_ask){ .what = span_eq_str(db_cell(&rows, 0, 1),
					     export_words[EXPORT_SEATS])
			? EXPORT_SEATS
			: EXPORT_RESERVATIONS,
		    .performance = db_get_i64(&rows, 0, 2),
		    .from_ms = db_get_i64(&rows, 0, 3),
		    .to_ms = db_get_i64(&rows, 0, 4) };
	work->file = db_cell(&rows, 0, 5);
	work->after = db_get_i64(&rows, 0, 6);
	work->upto = db_get_i64(&rows, 0, 7);
	work->n_rows = db_get_i64(&rows, 0, 8);
	work->n_bytes = db_get_i64(&rows, 0, 9);
	return 0;
}

/* The next piece as text; before the first one the names. */
static int
read_piece(struct work *work, struct csv *csv)
{
	int r = 0;

	csv_init(csv, &work->ctx->arena, (size_t)KIB(256));
	if (work->upto < 0) {
		strbuf_str(&csv->text, BYTE_ORDER_MARK);
		export_head(work->ask.what, csv);
		r = export_last(work->ctx, &work->upto);
	}
	if (r == 0)
		r = export_piece(work->ctx, &work->ask, work->upto,
		    &work->after, csv, &work->n_rows);
	return r;
}

/* ---- the file ---- */

static const char *
path_of(struct ctx *ctx, struct span name)
{
	return arena_printf(&ctx->arena, "%s/%.*s", ctx->set.export_dir,
	    (int)name.len, name.p);
}

static int
write_all(int fd, struct span text, int64_t at)
{
	while (text.len > 0) {
		ssize_t n = pwrite(fd, text.p, text.len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		text.p += n;
		text.len -= (size_t)n;
		at += n;
	}
	return 0;
}

/* Where the row says that it ends: what a round before left behind that goes. A
 * umask is meant for secrets; this file is for the web server, too. */
static int
write_piece(struct work *work, struct span text)
{
	int fd = open(path_of(work->ctx, work->file),
	    O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	int r = 0;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, work->n_bytes) != 0 || fchmod(fd, FILE_MODE) != 0)
		r = -errno;
	if (r == 0 && FAULT_FAIL("export.write"))
		r = -ENOSPC;
	if (r == 0)
		r = write_all(fd, text, work->n_bytes);
	if (r == 0 && work->after >= work->upto && fsync(fd) != 0)
		r = -errno;
	if (close(fd) != 0 && r == 0)
		r = -errno;
	work->n_bytes += (int64_t)text.len;
	return r;
}

/* ---- rounds ---- */

static int
fail(struct work *work, int error)
{
	struct arena *a = &work->ctx->arena;
	const struct db_param params[] = { db_i64(a, work->id),
		db_str(owner_of(work->ctx)),
		db_str(arena_printf(a, "The file could not be written: %s.",
		    strerror(-error))),
		db_now(a) };

	LOG(ERROR, "export-failed", LINT("export", work->id),
	    LSTR("error", strerror(-error)));
	return db_sure(db_run(work->ctx->primary, a, &sql_export_fail,
	    ARRAY_LEN(params), params, NULL));
}

static int
step(struct work *work)
{
	struct arena *a = &work->ctx->arena;
	const struct db_param params[] = { db_i64(a, work->id),
		db_str(owner_of(work->ctx)), db_i64(a, work->after),
		db_i64(a, work->upto), db_i64(a, work->n_rows),
		db_i64(a, work->n_bytes), db_now(a) };

	return db_sure(db_run(work->ctx->primary, a, &sql_export_step,
	    ARRAY_LEN(params), params, NULL));
}

int
export_round(struct ctx *ctx, size_t *n_done)
{
	struct work work = { .ctx = ctx };
	struct csv csv;
	int r;

	*n_done = 0;
	r = take(&work);
	if (r != 0 || work.id == 0)
		return r;
	r = read_piece(&work, &csv);
	if (r != 0)
		return r;
	r = write_piece(&work, strbuf_get(&csv.text));
	if (r != 0)
		return fail(&work, r);
	FAULT_POINT("export.before_step");
	r = step(&work);
	*n_done = r == 0;
	return r == 0 ? 1 : r;
}

/* ---- the end of files ---- */

/* Ours end so; whatever else somebody put there stays. */
static bool
is_export(const char *name)
{
	size_t len = strlen(name);

	return len > 4 && len <= NAME_MAX_LEN && name[0] >= '0'
	    && name[0] <= '9' && strcmp(name + len - 4, ".csv") == 0;
}

static void
remove_old(DIR *dir, int64_t before_ms)
{
	struct dirent *entry;
	struct stat st;

	for (int i = 0; i < FILES_MAX && (entry = readdir(dir)) != NULL; i++)
		if (is_export(entry->d_name)
		    && fstatat(dirfd(dir), entry->d_name, &st,
			   AT_SYMLINK_NOFOLLOW)
			== 0
		    && (int64_t)st.st_mtime * 1000 < before_ms)
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
}

int
export_purge(struct ctx *ctx, int64_t max, size_t *n)
{
	int64_t before_ms = ctx->now_ms - EXPORT_KEEP_HOURS * HOUR_MS;
	struct arena *a = &ctx->arena;
	const struct db_param params[] = { db_time(a, before_ms),
		db_i64(a, max) };
	DIR *dir = opendir(ctx->set.export_dir);
	struct db_rows rows;
	int r;

	*n = 0;
	if (dir != NULL) {
		remove_old(dir, before_ms);
		(void)closedir(dir);
	}
	r = db_sure(db_run(ctx->primary, a, &sql_exports_purge,
	    ARRAY_LEN(params), params, &rows));
	if (r == 0)
		*n = (size_t)db_get_i64(&rows, 0, 0);
	return r;
}

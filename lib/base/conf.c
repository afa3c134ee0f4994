/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf - settings from INI files, described by one table
 *
 * Reading and comparing; a file is read into a copy, so a refused one leaves
 * no trace. Single values are the work of conf_value.c, what is written from
 * the table that of conf_print.c.
 *
 * Layer: base.  Uses: arena, conf_value, span, strbuf, utf8.
 */
#include "base/conf.h"
#include "base/conf_value.h"
#include "base/strbuf.h"
#include "base/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define FILE_MAX ((size_t)KIB(64))
#define ARENA_LIMIT ((size_t)KIB(256 * 1024)) /* thousands of files */

/* One reading, from the defaults to the last drop-in file. */
struct reading {
	struct arena arena;
	const struct conf_row *rows;
	unsigned owners;
	char *settings;
	struct conf_error *error;
	/* the file being read */
	const char *file;
	int line;
	struct span section;       /* SPAN_NONE before the first one */
	int *seen;                 /* per row: the line that set it, or 0 */
	struct conf_place *places; /* the caller's, or NULL */
	int turn;
};

static int refuse(struct reading *rd, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Say where and why; returns 1, so that it can be passed up. */
static int
refuse(struct reading *rd, const char *fmt, ...)
{
	va_list ap;

	snprintf(rd->error->file, sizeof(rd->error->file), "%s", rd->file);
	rd->error->line = rd->line;
	va_start(ap, fmt);
	vsnprintf(rd->error->text, sizeof(rd->error->text), fmt, ap);
	va_end(ap);
	return 1;
}

/* 0 and the whole text, 1 when it is too long, or -errno. */
static int
read_whole(struct arena *a, const char *path, struct span *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *p;
	ssize_t n;
	size_t len = 0;

	if (fd < 0)
		return -errno;
	p = arena_alloc(a, FILE_MAX + 1);
	do {
		n = read(fd, p + len, FILE_MAX + 1 - len);
		if (n > 0)
			len += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	*out = (struct span){ p, len };
	n = n < 0 ? -errno : len > FILE_MAX;
	close(fd);
	return (int)n;
}

/* The value of a secret stands in a file of its own, in the first line. */
static int
read_secret(struct reading *rd, const char *path, struct span *v)
{
	int r = read_whole(&rd->arena, path, v);

	if (r < 0)
		return refuse(rd, "the secret file %s cannot be read: %s", path,
		    strerror(-r));
	*v = span_trim(span_cut(v, '\n'));
	if (r > 0 || v->len == 0 || !utf8_valid(*v) || utf8_has_control(*v))
		return refuse(rd,
		    "the first line of %s must be the secret, "
		    "as text",
		    path);
	return 0;
}

/* Replace "file:/path" and "credential:NAME" by what they stand for. */
static int
resolve_secret(struct reading *rd, struct span *v)
{
	static const struct span file = SPAN_LIT("file:");
	static const struct span credential = SPAN_LIT("credential:");
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	struct span rest = *v;

	if (span_starts(*v, file)) {
		rest.p += file.len;
		rest.len -= file.len;
		if (rest.len == 0 || rest.p[0] != '/')
			return refuse(rd,
			    "file: needs an absolute path "
			    "behind it");
		return read_secret(rd, arena_str(&rd->arena, rest), v);
	}
	if (!span_starts(*v, credential))
		return 0;
	rest.p += credential.len;
	rest.len -= credential.len;
	if (rest.len == 0 || memchr(rest.p, '/', rest.len) != NULL
	    || rest.p[0] == '.')
		return refuse(rd,
		    "credential: needs a plain file name "
		    "behind it");
	if (folder == NULL)
		return refuse(rd,
		    "credential: needs $CREDENTIALS_DIRECTORY, "
		    "which systemd sets for LoadCredential=");
	return read_secret(rd,
	    arena_printf(&rd->arena, "%s/%.*s", folder, (int)rest.len, rest.p),
	    v);
}

static bool
is_others(const struct reading *rd, const struct conf_row *row)
{
	unsigned owners = row->flags & CONF_OWNERS;

	return owners != 0 && (owners & rd->owners) == 0;
}

/* "unknown section [x]; ..." or "unknown key ..." with what there is. */
static int
refuse_section(struct reading *rd)
{
	const struct conf_row *row = rd->rows;
	const char *last = "";
	struct strbuf b;

	strbuf_init(&b, &rd->arena, 0);
	for (; row->key != NULL; row++)
		if (strcmp(row->section, last) != 0) {
			last = row->section;
			strbuf_printf(&b, " [%s]", last);
		}
	return refuse(rd, "unknown section [%.*s]; there are%s",
	    (int)MIN(rd->section.len, 64), rd->section.p, strbuf_get(&b).p);
}

static int
refuse_key(struct reading *rd, struct span key)
{
	const struct conf_row *row;
	struct strbuf b;

	for (row = rd->rows; row->key != NULL; row++)
		if (span_eq_str(key, row->key))
			return refuse(rd,
			    "%s belongs into [%s], not into "
			    "[%.*s]",
			    row->key, row->section, (int)rd->section.len,
			    rd->section.p);
	strbuf_init(&b, &rd->arena, 0);
	for (row = rd->rows; row->key != NULL; row++)
		if (span_eq_str(rd->section, row->section))
			strbuf_printf(&b, " %s", row->key);
	return refuse(rd, "unknown key %.*s; [%.*s] has%s",
	    (int)MIN(key.len, 64), key.p, (int)rd->section.len, rd->section.p,
	    strbuf_get(&b).p);
}

static int
take_section(struct reading *rd, struct span line)
{
	const struct conf_row *row;

	if (line.p[line.len - 1] != ']')
		return refuse(rd, "a section must be written [name]");
	rd->section = span_trim((struct span){ line.p + 1, line.len - 2 });
	for (row = rd->rows; row->key != NULL; row++)
		if (span_eq_str(rd->section, row->section))
			return 0;
	return refuse_section(rd);
}

static int
take_value(struct reading *rd, const struct conf_row *row, struct span v)
{
	const char *wrong;
	int r;

	if (is_others(rd, row))
		return 0;
	if (row->flags & CONF_SECRET) {
		r = resolve_secret(rd, &v);
		if (r != 0)
			return r;
	}
	wrong = conf_set(&rd->arena, row, v, rd->settings);
	if (wrong == NULL)
		return 0;
	/* What is wrong with a secret is said without the secret. */
	if (row->flags & CONF_SECRET)
		return refuse(rd, "%s must be %s", row->key, wrong);
	return refuse(rd, "%s must be %s, not \"%.*s\"", row->key, wrong,
	    (int)MIN(v.len, 64), v.p);
}

static void
note_place(struct reading *rd, size_t i)
{
	struct conf_place *place;

	rd->seen[i] = rd->line;
	if (rd->places == NULL)
		return;
	place = &rd->places[i];
	snprintf(place->file, sizeof(place->file), "%s", rd->file);
	place->line = rd->line;
	place->turn = ++rd->turn;
}

static int
take_pair(struct reading *rd, struct span line)
{
	struct span value = line;
	struct span key = span_trim(span_cut(&value, '='));

	if (!span_is(value) || key.len == 0)
		return refuse(rd,
		    "a line must be \"key = value\", "
		    "\"[section]\" or begin with # or ;");
	if (!span_is(rd->section))
		return refuse(rd,
		    "a [section] must come before the first "
		    "key");
	for (size_t i = 0; rd->rows[i].key != NULL; i++) {
		const struct conf_row *row = &rd->rows[i];

		if (!span_eq_str(rd->section, row->section)
		    || !span_eq_str(key, row->key))
			continue;
		if (rd->seen[i] != 0)
			return refuse(rd,
			    "%s is already set in line %d; "
			    "keep one of them",
			    row->key, rd->seen[i]);
		note_place(rd, i);
		return take_value(rd, row, span_trim(value));
	}
	return refuse_key(rd, key);
}

static int
take_line(struct reading *rd, struct span line)
{
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.p[i] < ' ' && line.p[i] != '\t')
			return refuse(rd,
			    "control character 0x%02X; the file "
			    "must be plain text with Unix line ends",
			    (unsigned)line.p[i]);
	if (!utf8_valid(line))
		return refuse(rd, "the line must be UTF-8");
	line = span_trim(line);
	if (line.len == 0 || line.p[0] == '#' || line.p[0] == ';')
		return 0;
	return line.p[0] == '[' ? take_section(rd, line) : take_pair(rd, line);
}

static int
read_file(struct reading *rd, const char *path)
{
	struct span rest;
	size_t n_rows = 0;
	int r;

	rd->file = path;
	rd->line = 0;
	rd->section = SPAN_NONE;
	while (rd->rows[n_rows].key != NULL)
		n_rows++;
	rd->seen = ARENA_ARRAY(&rd->arena, n_rows, int);
	r = read_whole(&rd->arena, path, &rest);
	if (r < 0) {
		refuse(rd, "cannot be read: %s", strerror(-r));
		return r;
	}
	if (r > 0)
		return refuse(rd, "must not be longer than %zu bytes",
		    FILE_MAX);
	while (span_is(rest)) {
		rd->line++;
		r = take_line(rd, span_cut(&rest, '\n'));
		if (r != 0)
			return r;
	}
	return 0;
}

static int
is_drop_in(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > strlen(".conf")
	    && strcmp(entry->d_name + len - strlen(".conf"), ".conf") == 0;
}

/* Not alphasort(3), which follows the locale. */
static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
read_drop_ins(struct reading *rd, const char *path)
{
	const char *slash = strrchr(path, '/');
	int folder_len = slash == NULL ? 0 : (int)(slash + 1 - path);
	const char *folder = arena_printf(&rd->arena, "%.*sconf.d", folder_len,
	    path);
	struct dirent **entries;
	int n = scandir(folder, &entries, is_drop_in, by_bytes);
	int r = 0;

	rd->file = folder;
	rd->line = 0;
	if (n < 0)
		return errno == ENOENT
		    ? 0
		    : refuse(rd, "cannot be read: %s", strerror(errno));
	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = read_file(rd,
			    arena_printf(&rd->arena, "%s/%s", folder,
				entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	return r == 0 ? 0 : 1;
}

int
conf_read(const struct conf_row *rows, const char *path, unsigned owners,
    void *settings, size_t settings_len, struct conf_place *places,
    struct conf_error *error)
{
	struct reading rd = { .rows = rows,
		.owners = owners,
		.error = error,
		.places = places };
	int r;

	for (size_t i = 0; places != NULL && rows[i].key != NULL; i++)
		places[i] = (struct conf_place){ .line = 0 };
	arena_init(&rd.arena, ARENA_LIMIT);
	rd.settings = arena_alloc(&rd.arena, settings_len);
	conf_set_presets(&rd.arena, rows, rd.settings, settings_len);
	r = read_file(&rd, path);
	if (r == 0)
		r = read_drop_ins(&rd, path);
	if (r == 0)
		memcpy(settings, rd.settings, settings_len);
	arena_fini(&rd.arena);
	return r;
}

void
conf_blame(const struct conf_place *places, const char *path, size_t a,
    size_t b, struct conf_error *error)
{
	const struct conf_place *last = &places[a];

	if (places[b].turn > last->turn)
		last = &places[b];
	snprintf(error->file, sizeof(error->file), "%s",
	    last->turn == 0 ? path : last->file);
	error->line = last->line;
}

const char *
conf_sentence(const struct conf_error *error, char out[CONF_SENTENCE_SIZE])
{
	if (error->line == 0)
		snprintf(out, CONF_SENTENCE_SIZE, "%s: %s", error->file,
		    error->text);
	else
		snprintf(out, CONF_SENTENCE_SIZE, "%s:%d: %s", error->file,
		    error->line, error->text);
	return out;
}

void
conf_defaults(const struct conf_row *rows, void *settings, size_t settings_len)
{
	struct arena a;

	arena_init(&a, ARENA_LIMIT);
	conf_set_presets(&a, rows, settings, settings_len);
	arena_fini(&a);
}

/*
 * Generations.
 */

static bool
is_changed(const struct conf_row *row, const char *a, const char *b)
{
	return memcmp(a + row->offset, b + row->offset, row->size) != 0;
}

unsigned
conf_diff(const struct conf_row *rows, const void *a, const void *b,
    const struct conf_row **first_fixed)
{
	unsigned flags = 0;

	*first_fixed = NULL;
	for (; rows->key != NULL; rows++) {
		if (!is_changed(rows, a, b))
			continue;
		flags |= rows->flags;
		if (!(rows->flags & CONF_RELOAD) && *first_fixed == NULL)
			*first_fixed = rows;
	}
	return flags;
}

void
conf_take_reloadable(const struct conf_row *rows, void *to, const void *from)
{
	for (; rows->key != NULL; rows++)
		if (rows->flags & CONF_RELOAD)
			memcpy((char *)to + rows->offset,
			    (const char *)from + rows->offset, rows->size);
}

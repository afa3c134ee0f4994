/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seat_published - maps that the workers of a tree have read, for each other
 *
 * Layer: domain.  Uses: base, store, seat_map.
 */
#include "seat/seat_published.h"

#include "base/board.h"
#include "seat/epoch.h"

#define VERSION_MAX 64

SHARED_PART(board, struct board, NULL);

/* On the board: this, then the letters. */
struct head {
	int64_t read_ms, epoch, terms_version;
	uint32_t n_letters, version_len;
	char version[VERSION_MAX];
};

static struct span
version_of(const struct head *head)
{
	return (struct span){ head->version, head->version_len };
}

bool
seat_published_get(struct ctx *ctx, int64_t performance, int64_t *read_ms,
    struct seat_map *out)
{
	uint64_t text[BOARD_WORDS];
	struct head head;
	size_t len = board_read(shared_part(ctx->shared, &board),
	    (uint64_t)performance, text);

	if (len < sizeof(head))
		return false;
	memcpy(&head, text, sizeof(head));
	if (head.epoch != epoch_last(ctx))
		return false;
	*read_ms = head.read_ms;
	*out = (struct seat_map){ .whole = true,
		.epoch = head.epoch,
		.terms_version = head.terms_version,
		.version = arena_span(&ctx->arena, version_of(&head)),
		.letters = arena_span(&ctx->arena,
		    (struct span){ (const char *)text + sizeof(head),
			head.n_letters }) };
	return true;
}

void
seat_published_put(struct ctx *ctx, int64_t performance, int64_t read_ms,
    const struct seat_map *map)
{
	uint64_t text[BOARD_WORDS];
	struct head head = { .read_ms = read_ms,
		.epoch = map->epoch,
		.terms_version = map->terms_version,
		.n_letters = (uint32_t)map->letters.len,
		.version_len = (uint32_t)map->version.len };
	size_t len = sizeof(head) + map->letters.len;
	struct seat_map shown;
	int64_t shown_ms;

	if (!map->whole || map->epoch == 0 || len > sizeof(text)
	    || map->version.len > sizeof(head.version))
		return;
	/* Who was slower than others to show what he read. */
	if (seat_published_get(ctx, performance, &shown_ms, &shown)
	    && seat_version_newer(shown.version, map->version))
		return;
	/* The board takes whole words. */
	text[(len - 1) / sizeof(text[0])] = 0;
	memcpy(head.version, map->version.p, map->version.len);
	memcpy(text, &head, sizeof(head));
	memcpy((char *)text + sizeof(head), map->letters.p, map->letters.len);
	board_write(shared_part(ctx->shared, &board), (uint64_t)performance,
	    text, len);
}

/* By the map of this version. */
struct held {
	struct span version;
	const int64_t *seats;
	size_t n;
};

static void
hold_seats(uint64_t text[BOARD_WORDS], size_t len, const void *arg)
{
	const struct held *held = arg;
	struct head head;

	(void)len;
	memcpy(&head, text, sizeof(head));
	if (span_eq(version_of(&head), held->version))
		seat_map_hold((char *)text + sizeof(head), head.n_letters,
		    held->seats, held->n);
}

void
seat_published_held(struct ctx *ctx, int64_t performance, struct span version,
    const int64_t *seats, size_t n)
{
	const struct held held = { version, seats, n };

	(void)board_change(shared_part(ctx->shared, &board),
	    (uint64_t)performance, hold_seats, &held);
}

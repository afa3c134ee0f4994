/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader - one connection: a request, then a stream
 *
 * Layer: feedd.  Uses: base, event_door, text.
 */
#include "feedd/reader.h"

#include "base/clock.h"
#include "base/mem.h"
#include "feedd/ask.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* What the kernel takes for a reader who does not. */
#define SEND_BUFFER KIB(64)

struct reader_head {
	size_t len;
	char bytes[ASK_HEAD_MAX];
};

static void on_ready(void *arg, unsigned ready);

struct reader *
reader_open(struct event_loop *loop, int fd, const struct reader_calls *calls,
    void *arg)
{
	struct reader *reader = mem_zget(sizeof(*reader));
	const int size = SEND_BUFFER;

	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	reader->fd = fd;
	reader->calls = calls;
	reader->arg = arg;
	reader->moved_us = clock_mono_us();
	reader->watch = watch_fd(loop, fd, WATCH_READ, on_ready, reader);
	return reader;
}

void
reader_close(struct reader *reader)
{
	watch_close(reader->watch);
	close(reader->fd);
	text_drop(reader->out);
	free(reader->head);
	free(reader);
}

/* ---- what he sends ---- */

/* returns: whether he is there still */
static bool
read_some(struct reader *reader, char *room, size_t size, size_t *n)
{
	ssize_t got = recv(reader->fd, room, size, MSG_DONTWAIT);

	*n = got > 0 ? (size_t)got : 0;
	return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Behind his request nobody has anything to say. */
static void
read_nothing(struct reader *reader)
{
	char room[256];
	size_t n;

	if (!read_some(reader, room, sizeof(room), &n))
		reader->calls->left(reader->arg, reader);
}

/* What came of a head is kept until the rest is there. */
static void
keep_head(struct reader *reader, const struct reader_head *head)
{
	if (reader->head == NULL)
		reader->head = mem_get(sizeof(*reader->head));
	memcpy(reader->head, head, sizeof(*head));
}

static void
ask(struct reader *reader, struct span head)
{
	reader->asked = true;
	free(reader->head);
	reader->head = NULL;
	reader->calls->asked(reader->arg, reader, head);
}

/* Nearly always it comes as a whole, and takes no memory of the reader's. */
static void
read_head(struct reader *reader)
{
	static struct reader_head head;
	size_t n, len;

	if (reader->head != NULL)
		head = *reader->head;
	else
		head.len = 0;
	if (!read_some(reader, head.bytes + head.len,
		sizeof(head.bytes) - head.len, &n)) {
		reader->calls->left(reader->arg, reader);
		return;
	}
	head.len += n;
	len = ask_head_len(head.bytes, head.len);
	if (len > 0)
		ask(reader, (struct span){ head.bytes, len });
	else if (head.len == sizeof(head.bytes))
		reader->calls->left(reader->arg, reader);
	else
		keep_head(reader, &head);
}

/* ---- what he is sent ---- */

static void
watch_for_room(struct reader *reader, bool blocked)
{
	if (reader->blocked != blocked)
		watch_change(reader->watch,
		    blocked ? WATCH_READ | WATCH_WRITE : WATCH_READ);
	reader->blocked = blocked;
}

/* returns: whether he is there still */
static bool
push(struct reader *reader)
{
	struct text *t = reader->out;
	ssize_t n = send(reader->fd, t->bytes + reader->n_out,
	    t->len - reader->n_out, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return false;
	if (n > 0) {
		reader->n_out += (size_t)n;
		reader->moved_us = clock_mono_us();
	}
	if (reader->n_out == t->len) {
		text_drop(t);
		reader->out = NULL;
	}
	watch_for_room(reader, reader->out != NULL);
	return reader->out != NULL || !reader->closing;
}

bool
reader_send(struct reader *reader, struct text *text)
{
	reader->out = text;
	reader->n_out = 0;
	reader->moved_us = clock_mono_us();
	if (push(reader))
		return true;
	reader->calls->left(reader->arg, reader);
	return false;
}

static void
on_ready(void *arg, unsigned ready)
{
	struct reader *reader = arg;

	if ((ready & WATCH_WRITE) != 0 && reader->out != NULL) {
		if (!push(reader))
			reader->calls->left(reader->arg, reader);
		else if (reader->out == NULL)
			reader->calls->ready(reader->arg, reader);
		return;
	}
	if ((ready & WATCH_READ) != 0 && !reader->asked)
		read_head(reader);
	else if ((ready & WATCH_READ) != 0)
		read_nothing(reader);
}

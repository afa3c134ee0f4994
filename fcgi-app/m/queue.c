/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * m/queue - the page of one's place in the line
 *
 * The ticket of the line is in the page's address, and goes on from there to
 * the seats when it is one's turn. The page looks again by itself.
 *
 * Layer: fcgi-app/m.  Uses: http, queue.
 */
#include "fcgi-app/m/m.h"

#include "fcgi-app/m/page.h"
#include "http/form.h"
#include "http/problem.h"
#include "queue/queue.h"

#define S_PER_MINUTE 60

static const char *
line_path(struct ctx *ctx, int64_t performance)
{
	return arena_printf(&ctx->arena, "/m/performances/%lld/line",
	    (long long)performance);
}

static const char *
ticket_query(struct ctx *ctx, struct span ticket)
{
	return arena_printf(&ctx->arena, "ticket=%s",
	    html_encoded(&ctx->arena, ticket));
}

/* The seats, with the ticket that lets him choose. */
static int
send_to_seats(struct ctx *ctx, struct res *res, int64_t performance,
    struct span ticket)
{
	return m_say(ctx, res,
	    arena_printf(&ctx->arena, "/m/performances/%lld?%s",
		(long long)performance, ticket_query(ctx, ticket)),
	    "your-turn");
}

static int
write_join(struct m *m, int64_t performance)
{
	M_ADD(m, "<p>{}</p>", M_W(m, M_LINE_IS));
	m_form(m, line_path(m->ctx, performance));
	m_button(m, M_LINE_JOIN);
	M_TEXT(m, "</form>");
	return m_end(m, 200);
}

static void
write_wait(struct m *m, const struct queue_stand *s)
{
	if (s->state == QUEUE_IN_LOBBY) {
		M_ADD(m, "<p>{}</p>", M_W(m, M_LINE_LOBBY));
		return;
	}
	M_ADD(m, "<p class=\"clock\">{} {}</p>", M_W(m, M_LINE_AHEAD),
	    M_V(s->ahead));
	if (s->eta_known)
		M_ADD(m, "<p>{}: {}</p>", M_W(m, M_LINE_ETA),
		    M_V(s->eta_max_s / S_PER_MINUTE + 1));
	if (s->likely_sold_out)
		M_ADD(m, "<p>{}</p>", M_W(m, M_LINE_LATE));
}

static int
write_stand(struct m *m, int64_t performance, const struct queue_stand *s,
    struct span ticket)
{
	if (s->state != QUEUE_WAITING && s->state != QUEUE_IN_LOBBY) {
		M_ADD(m, "<p>{}</p>",
		    M_W(m,
			s->state == QUEUE_ENDED ? M_NOT_ON_SALE : M_LINE_OVER));
		return s->state == QUEUE_ENDED ? m_end(m, 200)
					       : write_join(m, performance);
	}
	write_wait(m, s);
	m_refresh(m, s->poll_after_s, ticket_query(m->ctx, ticket));
	m_form(m,
	    arena_printf(&m->ctx->arena, "%s/leave",
		line_path(m->ctx, performance)));
	M_ADD(m, "<input type=\"hidden\" name=\"ticket\" value=\"{}\">",
	    M_V(ticket));
	m_button(m, M_LINE_LEAVE);
	M_TEXT(m, "</form>");
	return m_end(m, 200);
}

int
m_line(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct span ticket = m_query(ctx, req, "ticket");
	struct queue_stand stand;
	int64_t performance;
	int r = QUEUE_E_TICKET;
	struct m m;

	if (!req_id(req, 0, &performance))
		return problem(res, "not-found", NULL);
	if (span_is(ticket))
		r = queue_poll(ctx, req->buyer.id, performance, ticket, &stand);
	if (r < 0 || r == QUEUE_E_NONE)
		return r < 0 ? r : problem(res, "not-found", NULL);
	if (r == QUEUE_OK && stand.renewed)
		ticket = queue_ticket_text(ctx, req->buyer.id, &stand.ticket);
	if (r == QUEUE_OK && stand.state == QUEUE_ADMITTED)
		return send_to_seats(ctx, res, performance, ticket);
	m_begin_word(&m, ctx, req, res, M_LINE);
	return r == QUEUE_OK ? write_stand(&m, performance, &stand, ticket)
			     : write_join(&m, performance);
}

int
m_line_join_do(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct queue_stand stand;
	struct span ticket;
	int64_t performance;
	int r;

	if (!req_id(req, 0, &performance))
		return problem(res, "not-found", NULL);
	r = queue_join(ctx, req->buyer.id, performance, &stand);
	if (r < 0 || r == QUEUE_E_NONE)
		return r < 0 ? r : problem(res, "not-found", NULL);
	if (r != QUEUE_OK)
		return m_say(ctx, res, line_path(ctx, performance),
		    "sale-closed");
	ticket = queue_ticket_text(ctx, req->buyer.id, &stand.ticket);
	if (stand.state == QUEUE_ADMITTED)
		return send_to_seats(ctx, res, performance, ticket);
	return m_see(ctx, res,
	    arena_printf(&ctx->arena, "%s?%s", line_path(ctx, performance),
		ticket_query(ctx, ticket)));
}

int
m_line_leave_do(struct ctx *ctx, const struct req *req, struct res *res)
{
	struct span ticket = form_get(req->form, "ticket");
	int64_t performance;
	int r;

	if (!req_id(req, 0, &performance))
		return problem(res, "not-found", NULL);
	r = queue_leave(ctx, req->buyer.id, performance, ticket);
	if (r < 0 || r == QUEUE_E_NONE)
		return r < 0 ? r : problem(res, "not-found", NULL);
	return m_say(ctx, res, line_path(ctx, performance),
	    r == QUEUE_OK ? "left-line" : "invalid-field");
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_ticket - tickets on one page that is printed
 *
 * It has no script and loads nothing, so it works when it is saved.
 *
 * Layer: fcgi-app/api.  Uses: http, catalog, ticket.
 */
#include "base/html.h"
#include "fcgi-app/api/view_ticket.h"
#include "ticket/qr.h"

static const struct {
	const char *title, *number, *proof, *none;
} words[] = {
	[LANG_KO] = { "입장권", "예매번호", "입장할 때 증빙을 보여 주세요",
	    "유효한 입장권이 없습니다." },
	[LANG_EN] = { "Tickets", "Reservation",
	    "Bring proof of the price class", "No ticket is valid." },
};

/* Two to a row of A4; one below the other on a till's paper, a roll: it has no
 * length, which a size must have (CSS Paged Media, 3.3). */
static const char style[] =
    "body{font:11pt/1.35 system-ui,sans-serif;margin:0;color:#000;"
    "background:#fff}"
    "main{display:grid;grid-template-columns:repeat(auto-fill,minmax(66mm,1fr))"
    ";gap:4mm;padding:4mm}"
    "article{border:1px solid #777;border-radius:2mm;padding:4mm;"
    "break-inside:avoid}"
    "h2{font-size:13pt;margin:0 0 1mm}p{margin:0 0 .5mm}"
    "svg{display:block;width:52mm;height:52mm;margin:2mm auto}"
    "b{font-size:13pt}small{font-size:8pt;overflow-wrap:anywhere}"
    "h1{font-size:14pt;margin:0 0 1mm}";
#define SLIPS \
	"main{display:block;padding:0}article{border:0;border-bottom:1px " \
	"dashed #000;border-radius:0;padding:2mm}"
static const char any_paper[] =
    "@page{margin:8mm}@media print and (max-width:90mm){@page{margin:2mm}" SLIPS
    "}";
enum { A4, MM80 };
const char *const view_papers[] = { [A4] = "a4", [MM80] = "80mm", NULL };
static const char *const papers[] = {
	[A4] = "@page{size:A4;margin:8mm}",
	[MM80] = "@page{size:80mm 297mm;margin:2mm}body{max-width:76mm}" SLIPS,
};

static bool
needs_proof(const struct ticket_view *view, const struct ticket *ticket)
{
	const struct ticket_type *type;
	int at;

	if (view->list == NULL)
		return false;
	type = price_list_type(view->list,
	    reservation_type(&view->book->reservation, ticket->line), &at);
	return type != NULL && type->needs_proof;
}

/* returns: 0; < 0 on a fault */
static int
add_ticket(struct strbuf *b, const struct ticket_view *view, struct span name,
    const struct ticket *ticket)
{
	const struct performance *p = view->performance;
	struct qr qr;
	int r = qr_make(b->arena, ticket->code, &qr);

	if (r != 0)
		return r;
	strbuf_str(b, "<article>");
	if (span_is(name))
		html_element(b, "h1", name);
	html_element(b, "h2", p->show_title[view->lang]);
	html_element(b, "p", ticket_time(b->arena, p));
	html_element(b, "p", p->venue_name[view->lang]);
	html_element(b, "p", p->hall_name[view->lang]);
	qr_svg(b, &qr);
	html_element(b, "b", ticket_place(b->arena, view, ticket));
	html_element(b, "p", view_ticket_type(view, ticket));
	if (needs_proof(view, ticket))
		html_element(b, "p", span_str(words[view->lang].proof));
	strbuf_printf(b, "<small>%s ", words[view->lang].number);
	html_text(b, view->book->reservation.number);
	strbuf_str(b, "</small></article>");
	return 0;
}

static int
add_tickets(struct strbuf *b, const struct ticket_page *page, size_t i)
{
	const struct ticket_view *view = &page->views[i];
	struct span name = page->names == NULL ? SPAN_NONE : page->names[i];
	int r = 0;

	for (size_t k = 0; r == 0 && k < view->book->n; k++)
		r = add_ticket(b, view, name, &view->book->tickets[k]);
	if (view->book->n == 0)
		html_element(b, "p", span_str(words[view->lang].none));
	return r;
}

int
view_ticket_page(struct arena *a, const struct ticket_page *page,
    struct span *out)
{
	const struct ticket_view *first = &page->views[0];
	struct strbuf b;
	int r = 0;

	strbuf_init(&b, a, page->n * 64 * 1024);
	strbuf_printf(&b,
	    "<!DOCTYPE html><html lang=\"%s\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width\"><title>",
	    lang_tag(first->lang));
	html_text(&b, span_str(words[first->lang].title));
	strbuf_str(&b, " ");
	html_text(&b, first->book->reservation.number);
	strbuf_printf(&b, "</title><style>%s%s</style></head><body><main>",
	    style, page->paper < 0 ? any_paper : papers[page->paper]);
	for (size_t i = 0; r == 0 && i < page->n; i++)
		r = add_tickets(&b, page, i);
	strbuf_str(&b, "</main></body></html>\n");
	*out = strbuf_get(&b);
	return r;
}

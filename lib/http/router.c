/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * router - a tree of path segments, built once
 *
 * A node has children by literal segment and at most one for {name}. A
 * lookup goes down the literal child first and comes back for {name} only
 * when nothing was found below; it allocates nothing. Where there are many
 * children, their first letters lie side by side: those of others are not
 * fetched from all over the memory with each request.
 *
 * Layer: http.  Uses: base, req.
 */
#include "http/router.h"

#include <assert.h>

/* Far above what a table of routes needs; a longer one is a mistake. */
#define ROUTER_BYTES KIB(256)

/* A child, and how its segment begins (head_of). */
struct sign {
	uint64_t head;
	struct node *node;
};

struct node {
	struct span segment;   /* literal; NONE for {name} */
	struct node *literals; /* first child */
	struct node *sibling;
	struct sign *signs; /* the same children */
	size_t n_signs;
	struct node *any; /* the {name} child */
	bool has_route;
	const struct route *routes[METHOD_OTHER];
};

struct router {
	struct arena arena; /* holds this struct and all nodes */
	struct node root;
};

/* Cut the next segment off a path that begins with "/"; NONE at its end. */
static struct span
cut_segment(struct span *path)
{
	const char *slash;
	struct span segment;

	if (path->len == 0)
		return SPAN_NONE;
	segment = (struct span){ path->p + 1, path->len - 1 };
	slash = memchr(segment.p, '/', segment.len);
	if (slash != NULL)
		segment.len = (size_t)(slash - segment.p);
	path->p += segment.len + 1;
	path->len -= segment.len + 1;
	return segment;
}

/* ---- building ---- */

static bool
is_placeholder(struct span segment)
{
	bool open = segment.p[0] == '{';
	bool close = segment.p[segment.len - 1] == '}';

	assert(open == close);
	assert(!open || segment.len > 2);
	assert(open
	    || (memchr(segment.p, '{', segment.len) == NULL
		&& memchr(segment.p, '}', segment.len) == NULL));
	return open;
}

static struct node *
child_any(struct arena *a, struct node *parent)
{
	if (parent->any == NULL)
		parent->any = ARENA_NEW(a, struct node);
	return parent->any;
}

static struct node *
child_literal(struct arena *a, struct node *parent, struct span segment)
{
	struct node *n = parent->literals;

	while (n != NULL && !span_eq(n->segment, segment))
		n = n->sibling;
	if (n == NULL) {
		n = ARENA_NEW(a, struct node);
		n->segment = segment;
		n->sibling = parent->literals;
		parent->literals = n;
	}
	return n;
}

static void
add_route(struct router *r, const struct route *route)
{
	struct span rest = span_str(route->pattern), segment;
	struct node *n = &r->root;
	int n_params = 0;

	assert(rest.len > 1 && rest.p[0] == '/');
	assert(route->method < METHOD_OTHER && route->method != HEAD);
	while (span_is(segment = cut_segment(&rest))) {
		assert(segment.len > 0);
		if (is_placeholder(segment)) {
			n = child_any(&r->arena, n);
			n_params++;
		} else {
			n = child_literal(&r->arena, n, segment);
		}
	}
	assert(n_params <= REQ_PARAMS_MAX);
	assert(n->routes[route->method] == NULL);
	n->routes[route->method] = route;
	n->has_route = true;
}

/* The first eight letters of a segment. */
static uint64_t
head_of(struct span segment)
{
	uint64_t head = 0;

	memcpy(&head, segment.p, MIN(segment.len, sizeof(head)));
	return head;
}

/* Recursion goes no deeper than the longest pattern. */
static void
put_up_signs(struct arena *a, struct node *n)
{
	struct node *c;

	for (c = n->literals; c != NULL; c = c->sibling)
		n->n_signs++;
	n->signs = ARENA_ARRAY(a, n->n_signs + 1, struct sign);
	n->n_signs = 0;
	for (c = n->literals; c != NULL; c = c->sibling) {
		n->signs[n->n_signs++] = (struct sign){ head_of(c->segment),
			c };
		put_up_signs(a, c);
	}
	if (n->any != NULL)
		put_up_signs(a, n->any);
}

struct router *
router_open(const struct route *routes)
{
	struct arena a;
	struct router *r;

	arena_init(&a, ROUTER_BYTES);
	r = ARENA_NEW(&a, struct router);
	r->arena = a;
	for (const struct route *route = routes; route->pattern != NULL;
	     route++)
		add_route(r, route);
	put_up_signs(&r->arena, &r->root);
	return r;
}

void
router_close(struct router *r)
{
	struct arena a = r->arena;

	arena_fini(&a);
}

/* ---- matching ---- */

static const struct node *
literal_of(const struct node *n, struct span segment)
{
	uint64_t head = head_of(segment);

	for (size_t i = 0; i < n->n_signs; i++)
		if (n->signs[i].head == head
		    && span_eq(n->signs[i].node->segment, segment))
			return n->signs[i].node;
	return NULL;
}

/* Recursion ends with the pattern's segments: the tree is no deeper. */
static const struct node *
find_node(const struct node *n, struct span rest, struct span *params)
{
	struct span segment = cut_segment(&rest);
	const struct node *literal, *found = NULL;

	if (!span_is(segment))
		return n->has_route ? n : NULL;
	if (segment.len == 0)
		return NULL;
	literal = literal_of(n, segment);
	if (literal != NULL)
		found = find_node(literal, rest, params);
	if (found != NULL || n->any == NULL)
		return found;
	/* A pattern has no more places than params. */
	found = find_node(n->any, rest, params + 1);
	if (found != NULL)
		*params = segment;
	return found;
}

static void
list_methods(const struct node *n, char *allow)
{
	char *p = allow;

	for (enum method m = GET; m < METHOD_OTHER; m++) {
		/* HEAD is wherever GET is. */
		if (n->routes[m == HEAD ? GET : m] == NULL)
			continue;
		if (p != allow)
			p = stpcpy(p, ", ");
		p = stpcpy(p, method_name(m));
	}
}

int
router_match(const struct router *r, struct req *req, const struct route **out,
    char *allow)
{
	struct span params[REQ_PARAMS_MAX + 1] = { 0 };
	const struct node *n = find_node(&r->root, req->path, params);
	enum method m = req->method == HEAD ? GET : req->method;

	if (n == NULL)
		return ROUTE_E_NONE;
	if (m == METHOD_OTHER || n->routes[m] == NULL) {
		list_methods(n, allow);
		return ROUTE_E_METHOD;
	}
	*out = n->routes[m];
	memcpy(req->params, params, sizeof(req->params));
	return ROUTE_OK;
}

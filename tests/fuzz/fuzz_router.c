/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_router - an address: decoded once, canonical, routed
 *
 * The first byte chooses method and base path, the rest is REQUEST_URI.
 *
 * Layer: tests.  Uses: http.
 */
#include "http/router.h"

#include "base/utf8.h"
#include "tests/fuzz/target.h"

#include <assert.h>

static int
nothing(struct ctx *ctx, const struct req *req, struct res *res)
{
	(void)ctx;
	(void)req;
	return res_no_content(res);
}

static const struct route routes[] = {
	{ GET, "/shows", nothing, ANYONE, 0, 0 },
	{ GET, "/shows/{show}", nothing, ANYONE, 0, 0 },
	{ PATCH, "/shows/{show}", nothing, ADMIN, 0, 0 },
	{ GET, "/shows/search", nothing, ANYONE, 0, 0 },
	{ GET, "/shows/search/all/{page}", nothing, ANYONE, 0, 0 },
	{ GET, "/shows/{show}/dates", nothing, ANYONE, 0, 0 },
	{ POST, "/performances/{performance}/holds", nothing, BUYER, 0, 0 },
	{ DELETE, "/holds/{token}", nothing, BUYER, 0, 0 },
	{ PUT, "/{a}/{b}/{c}/{d}", nothing, ANYONE, 0, 0 },
	{ 0 },
};

static const char *const bases[] = { "", "/t", "/tickets/now", "/shows" };

static void
must_be_canonical(struct span path)
{
	assert(path.len >= 1 && path.p[0] == '/');
	assert(utf8_valid(path) && !utf8_has_control(path));
	assert(memmem(path.p, path.len, "//", 2) == NULL);
	assert(memmem(path.p, path.len, "/../", 4) == NULL);
	assert(memmem(path.p, path.len, "/./", 3) == NULL);
	assert(memchr(path.p, ';', path.len) == NULL);
	assert(memchr(path.p, '\\', path.len) == NULL);
}

static size_t
count_slashes(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.p[i] == '/';
	return n;
}

/* What separated segments before decoding still does, and nothing else. */
static void
must_have_its_segments(struct span path, struct span uri, const char *base)
{
	size_t n = count_slashes(span_cut(&uri, '?'));

	n -= count_slashes(span_str(base));
	assert(count_slashes(path) == MAX(n, 1));
}

/* Every byte of a path but "/" percent-encoded is the same path. */
static void
must_come_back(struct arena *a, struct span path)
{
	struct strbuf b;
	struct req req = { 0 };
	int r;

	strbuf_init(&b, a, 0);
	for (size_t i = 0; i < path.len; i++) {
		if (path.p[i] == '/')
			strbuf_char(&b, '/');
		else
			strbuf_printf(&b, "%%%02X", (unsigned char)path.p[i]);
	}
	req.uri = strbuf_get(&b);
	r = req_route_uri(a, &req, SPAN_LIT(""));
	assert(r == 0 && span_eq(req.path, path));
}

static void
must_be_inside(struct span part, struct span path)
{
	assert(!span_is(part)
	    || (part.len > 0 && part.p >= path.p
		&& part.p + part.len <= path.p + path.len));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct router *router;
	struct arena *a = target_arena();
	const struct route *route = NULL;
	struct req req = { 0 };
	const char *base;
	char allow[64];
	int64_t id;

	if (len == 0)
		return 0;
	if (router == NULL)
		router = router_open(routes);
	req.method = (enum method)(data[0] % (METHOD_OTHER + 1));
	req.uri = target_span(data + 1, len - 1);
	base = bases[data[0] / 64];
	if (req_route_uri(a, &req, span_str(base)) != 0)
		return 0;
	must_be_canonical(req.path);
	must_have_its_segments(req.path, req.uri, base);
	must_come_back(a, req.path);
	switch (router_match(router, &req, &route, allow)) {
	case ROUTE_OK:
		assert(route >= routes && route->pattern != NULL);
		for (int i = 0; i < REQ_PARAMS_MAX; i++)
			must_be_inside(req.params[i], req.path);
		assert(!req_id(&req, 0, &id) || id > 0);
		break;
	case ROUTE_E_METHOD:
		assert(strlen(allow) >= 3 && strlen(allow) < sizeof(allow));
		break;
	default:
		break;
	}
	return 0;
}

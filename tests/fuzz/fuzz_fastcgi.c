/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_fastcgi - FastCGI parameters as a web server hands them over
 *
 * The input is lines "NAME=value"; what is made of them then goes through
 * everything that reads a request before its handler.
 *
 * Layer: tests.  Uses: fcgi-app, http.
 */
#include "fcgi-app/params.h"

#include "tests/fuzz/target.h"

#include <assert.h>

#define PARAMS_MAX 64

static const char *const *
envp_of(struct arena *a, struct span text)
{
	const char **envp = ARENA_ARRAY(a, PARAMS_MAX + 1, const char *);

	for (size_t n = 0; n < PARAMS_MAX && span_is(text); n++)
		envp[n] = arena_str(a, span_cut(&text, '\n'));
	return envp;
}

/* Whether a line gives this parameter this value. */
static bool
is_given(const char *const *envp, const char *name, struct span value)
{
	for (; *envp != NULL; envp++) {
		struct span rest = span_str(*envp);

		if (span_eq_str(span_cut(&rest, '='), name)
		    && span_eq(rest, value))
			return true;
	}
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = target_arena();
	const char *const *envp = envp_of(a, target_span(data, len));
	struct req req;

	params_read(a, (const char *const *)envp, &req);
	assert(req.content_length >= -1);
	assert(req.method <= METHOD_OTHER);
	assert(!span_is(req.uri) || is_given(envp, "REQUEST_URI", req.uri));
	assert(!span_is(req.authorization)
	    || is_given(envp, "HTTP_AUTHORIZATION", req.authorization));
	(void)req_language(req.accept_language);
	(void)req_etag_matches(&req, SPAN_LIT("\"1\""));
	if (req_route_uri(a, &req, SPAN_LIT("/t")) == 0)
		assert(req.path.p[0] == '/');
	return 0;
}

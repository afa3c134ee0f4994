/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * params - FastCGI parameters to a struct req
 *
 * One table says which parameter becomes which field; all others are left
 * alone. So "Proxy:" or a forged X-Forwarded-For never reaches a handler.
 *
 * Source: RFC 3875 (CGI/1.1) for the names.
 *
 * Layer: fcgi-app.  Uses: http.
 */
#ifndef FCGI_APP_PARAMS_H
#define FCGI_APP_PARAMS_H

#include "http/req.h"

/*
 * Fill req from envp ("NAME=value", NULL-terminated, as environ(7)). Where a
 * name comes twice, the first wins: a web server writes its own parameters
 * before those made of the client's headers.
 *
 * memory:  the spans are copies in a
 */
void params_read(struct arena *a, const char *const *envp, struct req *req);

#endif

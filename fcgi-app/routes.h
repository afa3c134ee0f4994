/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * routes - every route of the program, one row each
 *
 * Layer: fcgi-app.  Uses: http.
 */
#ifndef FCGI_APP_ROUTES_H
#define FCGI_APP_ROUTES_H

#include "http/router.h"

/* Ends with a row without pattern. */
extern const struct route routes[];

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * routes - every route of the program, one row each
 *
 * A new route is one row here, one handler in api/, one test. Rows are
 * ordered by subject; their order decides nothing.
 *
 * Layer: fcgi-app.  Uses: api.
 */
#include "fcgi-app/routes.h"

#include "fcgi-app/api/api.h"

/* clang-format off */
const struct route routes[] = {
	/* method pattern          handler            who     needs  body */

	/* the catalog */
	{ GET, "/api/v1/shows",    api_show_list,     ANYONE, 0,     0 },
	{ GET, "/api/v1/shows/{show}", api_show_get,  ANYONE, 0,     0 },
	{ GET, "/api/v1/shows/{show}/dates", api_show_dates, ANYONE, 0, 0 },
	{ GET, "/api/v1/shows/{show}/performances", api_show_performances,
	    ANYONE, 0, 0 },
	{ GET, "/api/v1/performances/{performance}", api_performance_get,
	    ANYONE, 0, 0 },
	{ GET, "/api/v1/performances/{performance}/layout",
	    api_performance_layout, ANYONE, 0, 0 },
	{ GET, "/api/v1/performances/{performance}/sections",
	    api_performance_sections, ANYONE, 0, 0 },
	{ GET, "/api/v1/posters/{sha256}", api_poster_get, ANYONE, 0, 0 },

	/* from a seat to a reservation */
	{ GET, "/api/v1/performances/{performance}/seats", api_seat_map,
	    ANYONE, 0, 0 },
	{ POST, "/api/v1/performances/{performance}/holds", api_hold_place,
	    BUYER, NEEDS_BODY, KIB(4) },
	{ POST, "/api/v1/performances/{performance}/queue", api_queue_join,
	    BUYER, 0, KIB(4) },
	{ GET, "/api/v1/performances/{performance}/queue", api_queue_poll,
	    BUYER, 0, 0 },
	{ DELETE, "/api/v1/performances/{performance}/queue", api_queue_leave,
	    BUYER, 0, 0 },
	{ GET, "/api/v1/performances/{performance}/holds", api_hold_list,
	    BUYER, 0, 0 },
	{ GET, "/api/v1/holds/{token}", api_hold_get, BUYER, 0,  0 },
	{ PATCH, "/api/v1/holds/{token}", api_hold_change, BUYER,
	    NEEDS_BODY, KIB(4) },
	{ POST, "/api/v1/holds/{token}/extend", api_hold_extend, BUYER,
	    0, KIB(4) },
	{ DELETE, "/api/v1/holds/{token}", api_hold_drop, BUYER, 0, 0 },
	{ POST, "/api/v1/payments", api_payment_make, BUYER,
	    NEEDS_BODY | NEEDS_KEY, KIB(4) },
	{ GET, "/api/v1/payments/{payment}", api_payment_get, BUYER, 0, 0 },
	{ GET, "/api/v1/reservations", api_reservation_list, BUYER, 0, 0 },
	{ GET, "/api/v1/reservations/{number}", api_reservation_get, BUYER,
	    0, 0 },
	{ POST, "/api/v1/reservations/{number}/cancel", api_reservation_cancel,
	    BUYER, NEEDS_BODY | NEEDS_KEY, KIB(4) },

	/* users, tokens, wallets */
	{ POST, "/api/v1/auth/signup", api_auth_signup, ANYONE,
	    NEEDS_BODY | NEEDS_HASHING, 0 },
	{ POST, "/api/v1/auth/login", api_auth_login, ANYONE,
	    NEEDS_BODY | NEEDS_HASHING, 0 },
	{ POST, "/api/v1/auth/refresh", api_auth_refresh, ANYONE,
	    NEEDS_BODY, 0 },
	{ POST, "/api/v1/auth/logout", api_auth_logout, ANYONE,
	    NEEDS_BODY, 0 },
	{ GET, "/api/v1/me",       api_me,            BUYER,  0,     0 },
	{ POST, "/api/v1/me/password", api_me_password, BUYER,
	    NEEDS_BODY | NEEDS_HASHING, KIB(4) },
	{ GET, "/api/v1/me/sessions", api_me_sessions, BUYER, 0, 0 },
	{ DELETE, "/api/v1/me/sessions/{session}", api_me_session_end, BUYER,
	    0, 0 },
	{ GET, "/api/v1/wallet",   api_wallet,        BUYER,  0,     0 },
	{ GET, "/api/v1/wallet/entries", api_wallet_entries, BUYER, 0, 0 },

	{ POST, "/api/v1/logs",    api_client_log_add, MAYBE, NEEDS_BODY,
	    KIB(16) },

	/* for operators */
	{ POST, "/api/v1/admin/performances/{performance}/seats/{move}",
	    api_admin_seats, ADMIN, NEEDS_BODY, KIB(32) },
	{ POST, "/api/v1/admin/catalog", api_admin_catalog_load, ADMIN,
	    NEEDS_BODY, KIB(32768) },
	{ GET, "/api/v1/admin/shows", api_admin_show_list, ADMIN, 0, 0 },
	{ POST, "/api/v1/admin/shows", api_admin_show_make, ADMIN,
	    NEEDS_BODY, KIB(64) },
	{ GET, "/api/v1/admin/shows/{show}", api_admin_show_get, ADMIN, 0, 0 },
	{ PATCH, "/api/v1/admin/shows/{show}", api_admin_show_change, ADMIN,
	    NEEDS_BODY | NEEDS_MATCH, KIB(64) },
	{ DELETE, "/api/v1/admin/shows/{show}", api_admin_show_delete, ADMIN,
	    NEEDS_MATCH, 0 },
	{ GET, "/api/v1/admin/venues", api_admin_venue_list, ADMIN, 0, 0 },
	{ POST, "/api/v1/admin/venues", api_admin_venue_make, ADMIN,
	    NEEDS_BODY, KIB(64) },
	{ GET, "/api/v1/admin/venues/{venue}", api_admin_venue_get, ADMIN, 0, 0 },
	{ PATCH, "/api/v1/admin/venues/{venue}", api_admin_venue_change, ADMIN,
	    NEEDS_BODY | NEEDS_MATCH, KIB(64) },
	{ DELETE, "/api/v1/admin/venues/{venue}", api_admin_venue_delete, ADMIN,
	    NEEDS_MATCH, 0 },
	{ GET, "/api/v1/admin/venues/{venue}/halls", api_admin_hall_list, ADMIN, 0, 0 },
	{ POST, "/api/v1/admin/venues/{venue}/halls", api_admin_hall_make, ADMIN,
	    NEEDS_BODY, KIB(64) },
	{ GET, "/api/v1/admin/halls/{hall}", api_admin_hall_get, ADMIN, 0, 0 },
	{ PATCH, "/api/v1/admin/halls/{hall}", api_admin_hall_change, ADMIN,
	    NEEDS_BODY | NEEDS_MATCH, KIB(64) },
	{ DELETE, "/api/v1/admin/halls/{hall}", api_admin_hall_delete, ADMIN,
	    NEEDS_MATCH, 0 },
	{ GET, "/api/v1/admin/halls/{hall}/revisions",
	    api_admin_revision_list, ADMIN, 0, 0 },
	{ POST, "/api/v1/admin/halls/{hall}/revisions",
	    api_admin_revision_make, ADMIN, NEEDS_BODY, KIB(8192) },
	{ GET, "/api/v1/admin/revisions/{revision}", api_admin_revision_get,
	    ADMIN, 0, 0 },
	{ DELETE, "/api/v1/admin/revisions/{revision}",
	    api_admin_revision_delete, ADMIN, NEEDS_MATCH, 0 },
	{ GET, "/api/v1/admin/revisions/{revision}/plan",
	    api_admin_revision_plan, ADMIN, 0, 0 },
	{ PUT, "/api/v1/admin/shows/{show}/poster", api_admin_poster_put,
	    ADMIN, 0, KIB(2048) },
	{ GET, "/api/v1/admin/users", api_admin_user_list, ADMIN, 0, 0 },
	{ GET, "/api/v1/admin/users/{user}", api_admin_user_get, ADMIN, 0, 0 },
	{ PATCH, "/api/v1/admin/users/{user}", api_admin_user_change, ADMIN,
	    NEEDS_BODY | NEEDS_MATCH, KIB(4) },
	{ GET, "/api/v1/admin/audit-log", api_admin_log, ADMIN, 0, 0 },
	{ GET, "/api/v1/admin/client-logs", api_admin_client_logs, ADMIN,
	    0, 0 },

	/* operations: at the root, not shown to the internet */
	{ GET, "/health/live",     api_health_live,   ANYONE, 0,     0 },
	{ GET, "/health/ready",    api_health_ready,  ANYONE, 0,     0 },
	{ GET, "/metrics",         api_metrics,       ANYONE, 0,     0 },
	{ 0 },
};

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * m - the pages that need no JavaScript, by subject
 *
 * Lists, forms and links below /m/, for any browser, also one that shows text
 * alone. Each page takes its values from the domain calls that the API has, and
 * a POST answers 303 to where its outcome is to be seen. Its row in routes.c
 * says what the gates have checked before a handler runs: who looks (VISITOR,
 * MEMBER), and that a form is ours (NEEDS_FORM).
 *
 * Layer: fcgi-app/m.  Uses: http, store.
 */
#ifndef FCGI_APP_M_M_H
#define FCGI_APP_M_M_H

#include "http/router.h"
#include "store/ctx.h"

/* catalog.c: what is on */
route_fn m_shows;
route_fn m_show;

/* style.c, account.c: for all of them */
route_fn m_style;
route_fn m_language;

/* account.c: who one is */
route_fn m_login;
route_fn m_login_do;
route_fn m_signup;
route_fn m_signup_do;
route_fn m_logout_do;

/* performance.c: what is free */
route_fn m_performance;

/* hold.c: from a choice to a basket */
route_fn m_hold_do;
route_fn m_basket;
route_fn m_tickets_do;
route_fn m_extend_do;
route_fn m_drop_do;

/* pay.c */
route_fn m_pay_do;
route_fn m_payment;

/* queue.c: the line */
route_fn m_line;
route_fn m_line_join_do;
route_fn m_line_leave_do;

/* reservation.c: what one owns */
route_fn m_reservations;
route_fn m_reservation;
route_fn m_cancel;
route_fn m_cancel_do;
route_fn m_tickets;

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api - the handlers, by subject
 *
 * A handler reads the wire (read.h), calls one domain function, and writes
 * the wire (view_*.h). It returns 0 when res holds the answer, a problem
 * included, and < 0 on a fault, which dispatch answers. Its row in routes.c
 * says what the gates have checked before it runs.
 *
 * Layer: fcgi-app/api.  Uses: http, store.
 */
#ifndef FCGI_APP_API_API_H
#define FCGI_APP_API_API_H

#include "http/router.h"
#include "store/ctx.h"

/* ops.c: for those who run the system */
route_fn api_health_live;
route_fn api_health_load;
route_fn api_health_ready;
route_fn api_metrics;
route_fn api_admin_today;

/* catalog.c: what is sold, open to anyone */
route_fn api_show_list;
route_fn api_show_get;
route_fn api_show_dates;
route_fn api_show_performances;
route_fn api_performance_get;
route_fn api_performance_layout;
route_fn api_performance_rows;
route_fn api_performance_sections;

/* account.c: users, tokens, wallets */
route_fn api_auth_signup;
route_fn api_auth_login;
route_fn api_auth_refresh;
route_fn api_auth_logout;
route_fn api_me;
route_fn api_wallet;
route_fn api_wallet_entries;

/* session.c: a user's own password and sessions */
route_fn api_me_password;
route_fn api_me_proof;
route_fn api_me_sessions;
route_fn api_me_session_end;

/* totp.c: second factors */
route_fn api_me_totp_begin;
route_fn api_me_totp_confirm;
route_fn api_me_totp_drop;
route_fn api_admin_user_totp_reset;

/* queue.c: the line in front of a performance */
route_fn api_queue_join;
route_fn api_queue_poll;
route_fn api_queue_leave;
route_fn api_draw;

/* admin_queue.c: the same, for operators */
route_fn api_admin_queue_get;
route_fn api_admin_queue_change;
route_fn api_admin_queue_move;
route_fn api_admin_queue_report;

/* seat.c, hold.c, payment.c, reservation.c: from a seat to a
 * reservation */
route_fn api_seat_map;
route_fn api_hold_place;
route_fn api_hold_list;
route_fn api_hold_get;
route_fn api_hold_change;
route_fn api_hold_extend;
route_fn api_hold_drop;
route_fn api_payment_methods;
route_fn api_payment_make;
route_fn api_payment_get;
route_fn api_payment_drop;
route_fn api_provider_event;
route_fn api_reservation_list;
route_fn api_reservation_get;
route_fn api_reservation_cancel;

/* ticket.c: what is shown at the gate */
route_fn api_ticket_get;
route_fn api_ticket_reissue;
route_fn api_ticket_keys;
route_fn api_admin_void_tickets;

/* poster.c: a show's own image */
route_fn api_poster_get;
route_fn api_admin_poster_put;

/* admin_catalog.c, admin_revision.c, admin_load.c: what is sold, for
 * operators */
route_fn api_admin_catalog_load;
route_fn api_admin_show_list;
route_fn api_admin_show_make;
route_fn api_admin_show_get;
route_fn api_admin_show_change;
route_fn api_admin_show_delete;
route_fn api_admin_venue_list;
route_fn api_admin_venue_make;
route_fn api_admin_venue_get;
route_fn api_admin_venue_change;
route_fn api_admin_venue_delete;
route_fn api_admin_hall_list;
route_fn api_admin_hall_make;
route_fn api_admin_hall_get;
route_fn api_admin_hall_change;
route_fn api_admin_hall_delete;
route_fn api_admin_revision_list;
route_fn api_admin_revision_make;
route_fn api_admin_revision_get;
route_fn api_admin_revision_delete;
route_fn api_admin_revision_plan;

/* client_log.c: what buyers' programs tell of their troubles */
route_fn api_client_log_add;
route_fn api_admin_client_logs;

/* admin_alarm.c: what only a person can decide */
route_fn api_admin_alarm_list;
route_fn api_admin_alarm_acknowledge;

/* admin_payment.c: what operators do about payments */
route_fn api_admin_payment_move;
route_fn api_admin_payment_refund;

/* admin_till.c, admin_counter.c, and holds of a till in hold.c: sales at a
 * counter */
route_fn api_admin_till_list, api_admin_till_open, api_admin_till_get,
    api_admin_till_close;
route_fn api_admin_counter_sale, api_admin_counter_list,
    api_admin_counter_reverse, api_admin_counter_pay_out,
    api_admin_counter_print, api_admin_counter_print_named,
    api_admin_counter_print_list;
route_fn api_till_hold_place, api_till_hold_list, api_till_hold_get,
    api_till_hold_change, api_till_hold_drop;

/* admin_settlement.c: what was sold and given back, day by day */
route_fn api_admin_settlement;

/* admin_search.c: operators look for payments and reservations */
route_fn api_admin_payment_list;
route_fn api_admin_payment_get;
route_fn api_admin_reservation_list;
route_fn api_admin_reservation_get;

/* admin_seats.c, admin_users.c, admin_log.c: for operators */
route_fn api_admin_draw;
route_fn api_admin_seats;
route_fn api_admin_call_off;
route_fn api_admin_house_codes, api_admin_house_code_put,
    api_admin_house_code_drop, api_admin_house_seats;
route_fn api_admin_performance_list;
route_fn api_admin_performance_get;
route_fn api_admin_performance_make;
route_fn api_admin_performance_change;
route_fn api_admin_performance_delete;
route_fn api_admin_capacity;
route_fn api_admin_schedule_make;
route_fn api_admin_user_list;
route_fn api_admin_user_get;
route_fn api_admin_user_change;
route_fn api_admin_log;

/* admin_statistics.c: what operators are told in figures */
route_fn api_admin_sales;
route_fn api_admin_queue_statistics;
route_fn api_admin_log_statistics;

/* notice.c: what a buyer wants to be told */
route_fn api_me_notices_get;
route_fn api_me_notices_set;

/* move.c: other seats for a reservation */
route_fn api_reservation_move;
route_fn api_admin_reservation_move;

/* transfer.c: reservations that go to another user */
route_fn api_offer_make;
route_fn api_offer_get;
route_fn api_offer_end;
route_fn api_transfer_list;
route_fn api_transfer_look;
route_fn api_transfer_accept;
route_fn api_admin_reservation_transfer;

/* admin_note.c: what operators write down about a reservation */
route_fn api_admin_reservation_note;

/* admin_export.c: tables that operators ask for as files */
route_fn api_admin_export_list;
route_fn api_admin_export_ask;
route_fn api_admin_export_get;
route_fn api_admin_export_file;

/* admin_letter.c: messages that a consumer could not take */
route_fn api_admin_letter_list;
route_fn api_admin_letter_get;
route_fn api_admin_letter_end;

/* admin_webhook.c: who is told over HTTPS of what happens */
route_fn api_admin_webhook_list;
route_fn api_admin_webhook_make;
route_fn api_admin_webhook_get;
route_fn api_admin_webhook_change;
route_fn api_admin_webhook_drop;
route_fn api_admin_webhook_rotate;

/* admin_delivery.c: what webhooks were told */
route_fn api_admin_delivery_list;
route_fn api_admin_delivery_get;
route_fn api_admin_delivery_replay;

#endif

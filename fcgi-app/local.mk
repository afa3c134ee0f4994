# fcgi-app: boxoffice-fcgi. All but main.c is a library, so that unit tests
# can link what they try. One source a line: many hands add to this list.
noinst_LIBRARIES += fcgi-app/libfcgiapp.a
fcgi_app_libfcgiapp_a_SOURCES = \
	%D%/alone.c %D%/alone.h \
	%D%/crew.c %D%/crew.h \
	%D%/crew_watch.c %D%/crew_watch.h \
	%D%/dispatch.c %D%/dispatch.h \
	%D%/fcgi_door.c %D%/fcgi_door.h \
	%D%/gates.c %D%/gates.h \
	%D%/headers.c %D%/headers.h \
	%D%/generation.c %D%/generation.h \
	%D%/loop.c %D%/loop.h \
	%D%/master.c %D%/master.h \
	%D%/params.c %D%/params.h \
	%D%/pool.c %D%/pool.h \
	%D%/routes.c %D%/routes.h \
	%D%/slots.c %D%/slots.h \
	%D%/stats.c %D%/stats.h \
	%D%/tree.c %D%/tree.h \
	%D%/upgrade.c %D%/upgrade.h \
	%D%/worker.c %D%/worker.h \
	%D%/m/account.c %D%/m/catalog.c %D%/m/hold.c %D%/m/m.h \
	%D%/m/page.c %D%/m/page.h \
	%D%/m/pay.c %D%/m/performance.c %D%/m/queue.c \
	%D%/m/refusal.c %D%/m/refusal.h %D%/m/reservation.c \
	%D%/m/session.c %D%/m/session.h \
	%D%/m/style.c \
	%D%/m/words.c %D%/m/words.h \
	%D%/api/account.c \
	%D%/api/admin_alarm.c \
	%D%/api/admin_call_off.c \
	%D%/api/admin_catalog.c \
	%D%/api/admin_counter.c \
	%D%/api/admin_delivery.c \
	%D%/api/admin_draw.c \
	%D%/api/admin_entry.c %D%/api/admin_entry.h \
	%D%/api/admin_export.c \
	%D%/api/admin_house.c \
	%D%/api/admin_letter.c \
	%D%/api/admin_load.c \
	%D%/api/admin_log.c \
	%D%/api/admin_note.c \
	%D%/api/admin_payment.c \
	%D%/api/admin_performance.c \
	%D%/api/admin_queue.c \
	%D%/api/admin_revision.c \
	%D%/api/admin_search.c \
	%D%/api/admin_seats.c \
	%D%/api/admin_settlement.c \
	%D%/api/admin_statistics.c \
	%D%/api/admin_till.c \
	%D%/api/admin_users.c \
	%D%/api/admin_webhook.c \
	%D%/api/api.h \
	%D%/api/bought.c %D%/api/bought.h \
	%D%/api/cancelled.c %D%/api/cancelled.h \
	%D%/api/catalog.c \
	%D%/api/client_log.c \
	%D%/api/cookie.c %D%/api/cookie.h \
	%D%/api/draw.c \
	%D%/api/hold.c \
	%D%/api/keyed.c %D%/api/keyed.h \
	%D%/api/limited.c %D%/api/limited.h \
	%D%/api/move.c \
	%D%/api/paying.c %D%/api/paying.h \
	%D%/api/notice.c \
	%D%/api/ops.c \
	%D%/api/payment.c \
	%D%/api/poster.c \
	%D%/api/queue.c \
	%D%/api/read.c %D%/api/read.h \
	%D%/api/read_tickets.c %D%/api/read_tickets.h \
	%D%/api/reservation.c \
	%D%/api/seat.c \
	%D%/api/session.c \
	%D%/api/ticket.c \
	%D%/api/tickets.h \
	%D%/api/totp.c \
	%D%/api/transfer.c \
	%D%/api/view.c %D%/api/view.h \
	%D%/api/view_account.c %D%/api/view_account.h \
	%D%/api/view_admin.c %D%/api/view_admin.h \
	%D%/api/view_catalog.c %D%/api/view_catalog.h \
	%D%/api/view_layout.c %D%/api/view_layout.h \
	%D%/api/view_layout_seats.c %D%/api/view_layout_seats.h \
	%D%/api/view_purchase.c %D%/api/view_purchase.h \
	%D%/api/view_seat.c %D%/api/view_seat.h \
	%D%/api/view_ticket.c %D%/api/view_ticket.h \
	%D%/api/view_ticket_page.c

sbin_PROGRAMS += boxoffice-fcgi
boxoffice_fcgi_SOURCES = %D%/main.c
boxoffice_fcgi_LDADD = fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(FCGI_LIBS)

# fcgi-app: boxoffice-fcgi. All but main.c is a library, so that unit tests
# can link what they try. One source a line: many hands add to this list.
noinst_LIBRARIES += fcgi-app/libfcgiapp.a
fcgi_app_libfcgiapp_a_SOURCES = \
	%D%/alone.c %D%/alone.h \
	%D%/api.h \
	%D%/api_account.c \
	%D%/api_admin_log.c \
	%D%/api_admin_seats.c \
	%D%/api_catalog.c \
	%D%/api_hold.c \
	%D%/api_ops.c \
	%D%/api_payment.c \
	%D%/api_reservation.c \
	%D%/api_seat.c \
	%D%/crew.c %D%/crew.h \
	%D%/crew_watch.c %D%/crew_watch.h \
	%D%/dispatch.c %D%/dispatch.h \
	%D%/fcgi_door.c %D%/fcgi_door.h \
	%D%/gates.c %D%/gates.h \
	%D%/generation.c %D%/generation.h \
	%D%/keyed.c %D%/keyed.h \
	%D%/listener.c %D%/listener.h \
	%D%/loop.c %D%/loop.h \
	%D%/master.c %D%/master.h \
	%D%/params.c %D%/params.h \
	%D%/pool.c %D%/pool.h \
	%D%/read.c %D%/read.h \
	%D%/routes.c %D%/routes.h \
	%D%/slots.c %D%/slots.h \
	%D%/stats.c %D%/stats.h \
	%D%/tree.c %D%/tree.h \
	%D%/upgrade.c %D%/upgrade.h \
	%D%/view.c %D%/view.h \
	%D%/view_account.c \
	%D%/view_admin.c \
	%D%/view_catalog.c \
	%D%/view_layout.c \
	%D%/view_purchase.c \
	%D%/worker.c %D%/worker.h

sbin_PROGRAMS += boxoffice-fcgi
boxoffice_fcgi_SOURCES = %D%/main.c
boxoffice_fcgi_LDADD = fcgi-app/libfcgiapp.a $(ALL_LAYERS) $(FCGI_LIBS)

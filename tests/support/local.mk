# tests/support: what the suites share.
noinst_HEADERS += \
	%D%/afterwards.h %D%/audited.h %D%/away.h %D%/buyer.h %D%/cards.h \
	%D%/catalog.h %D%/holder.h %D%/house.h %D%/house_shell.h \
	%D%/mover.h %D%/pay_job.h %D%/paysim.h %D%/pool.h %D%/proxy.h %D%/race.h %D%/servers.h \
	%D%/shell.h %D%/suite.h %D%/teller.h %D%/told.h %D%/truth.h \
	%D%/unpacked.h %D%/wire.h %D%/world.h

EXTRA_DIST += %D%/hooks.py %D%/mailer.py

# The archive of a fresh database, made by the first test that needs it.
CLEANFILES += %D%/pgdata-*.tar %D%/pgdata.new %D%/pgdata.lock

if HAVE_CHECK
check_LIBRARIES += %D%/libsupport.a
tests_support_libsupport_a_SOURCES = \
	%D%/afterwards.c %D%/audited.c %D%/away.c %D%/buyer.c %D%/cards.c \
	%D%/catalog.c %D%/holder.c %D%/house.c %D%/house_shell.c \
	%D%/mover.c %D%/pay_job.c %D%/paysim.c %D%/pool.c %D%/proxy.c %D%/race.c %D%/servers.c \
	%D%/shell.c %D%/teller.c %D%/told.c %D%/truth.c %D%/unpacked.c \
	%D%/wire.c %D%/world.c
endif

# Writes conf/boxoffice.conf and man/boxoffice.conf.5 for make docs.
check_PROGRAMS += %D%/settings_doc
tests_support_settings_doc_LDADD = $(LAYER_STORE) $(LAYER_BASE) \
	$(STORE_LIBS) $(BASE_LIBS)

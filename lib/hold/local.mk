# lib/hold: promises.
lib_libdomain_a_SOURCES += %D%/hold.c %D%/hold.h %D%/hold_change.c \
	%D%/hold_ask.c %D%/hold_ask.h \
	%D%/hold_best.c %D%/hold_best.h \
	%D%/hold_bound.c %D%/hold_bound.h \
	%D%/hold_database.c %D%/hold_database.h \
	%D%/hold_expire.c %D%/hold_expire.h \
	%D%/hold_find.c %D%/hold_find.h \
	%D%/hold_gate.c %D%/hold_gate.h \
	%D%/hold_house.c %D%/hold_house.h \
	%D%/hold_is.h \
	%D%/hold_journal.c %D%/hold_journal.h \
	%D%/hold_pay.c %D%/hold_pay.h \
	%D%/hold_purge.c %D%/hold_purge.h \
	%D%/hold_rule.c %D%/hold_rule.h \
	%D%/hold_script.c %D%/hold_script.h \
	%D%/hold_want.c %D%/hold_want.h

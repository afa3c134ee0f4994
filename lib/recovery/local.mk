# lib/recovery: what Redis lost comes back, and the map follows the facts.
lib_libdomain_a_SOURCES += %D%/epoch_raise.c %D%/epoch_raise.h \
	%D%/hold_adopt.c %D%/hold_adopt.h \
	%D%/hold_reconcile.c %D%/hold_reconcile.h %D%/hold_reconcile_round.c \
	%D%/recovery.c %D%/recovery.h \
	%D%/seat_load.c %D%/seat_load.h \
	%D%/seat_rebuild.c %D%/seat_rebuild.h \
	%D%/seat_unload.c %D%/seat_unload.h \
	%D%/stock_reconcile.c %D%/stock_reconcile.h

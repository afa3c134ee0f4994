# lib/recovery: what Redis lost comes back, and the map follows the facts.
lib_libdomain_a_SOURCES += %D%/epoch_raise.c %D%/epoch_raise.h \
	%D%/recovery.c %D%/recovery.h \
	%D%/seat_unload.c %D%/seat_unload.h

# lib/reservation: what is owned, and how it is bought.
lib_libdomain_a_SOURCES += %D%/purchase.c %D%/purchase.h \
	%D%/reservation.c %D%/reservation.h

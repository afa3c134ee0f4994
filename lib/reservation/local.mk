# lib/reservation: what is owned, how it is bought and given back.
lib_libdomain_a_SOURCES += %D%/called_off.c %D%/called_off.h \
	%D%/cancel.c %D%/cancel.h \
	%D%/move.c %D%/move.h %D%/offer.c %D%/offer.h \
	%D%/purchase.c %D%/purchase.h \
	%D%/refund_shares.c %D%/refund_shares.h \
	%D%/reservation.c %D%/reservation.h %D%/reservation_row.h \
	%D%/transfer.c %D%/transfer.h

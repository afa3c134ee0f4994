# lib/payment: attempts to pay, and the methods.
lib_libdomain_a_SOURCES += %D%/payment.c %D%/payment.h \
	%D%/payment_outside.c %D%/payment_intent.c %D%/payment_intent.h \
	%D%/payment_counter.c %D%/payment_event.c \
	%D%/payment_left.c %D%/payment_left.h %D%/payment_wallet.c \
	%D%/payment_work.c %D%/payment_work.h \
	%D%/reconcile.c %D%/reconcile.h \
	%D%/unknown_refund.c %D%/unknown_refund.h

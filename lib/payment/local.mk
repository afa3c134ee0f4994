# lib/payment: attempts to pay, and the methods.
lib_libdomain_a_SOURCES += %D%/payment.c %D%/payment.h \
	%D%/payment_call.c %D%/payment_intent.c %D%/payment_intent.h \
	%D%/payment_wallet.c

# lib/payment: attempts to pay, and the methods.
lib_libdomain_a_SOURCES += %D%/payment.c %D%/payment.h \
	%D%/payment_wallet.c

# lib/provider: who takes money for us.
noinst_LIBRARIES += lib/provider/libprovider.a
lib_provider_libprovider_a_SOURCES = %D%/provider.c %D%/provider.h \
	%D%/provider_mock.c %D%/provider_stripe.c \
	%D%/stripe_hook.c %D%/stripe_hook.h \
	%D%/stripe_read.c %D%/stripe_read.h

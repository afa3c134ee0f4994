# lib/webhook: who is told over HTTPS, and what was.
lib_libdomain_a_SOURCES += %D%/delivery.c %D%/delivery.h \
	%D%/webhook.c %D%/webhook.h %D%/webhook_sign.c %D%/webhook_sign.h \
	%D%/webhook_work.c %D%/webhook_work.h

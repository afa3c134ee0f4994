# fcgi-app: boxoffice-fcgi. All but main.c is a library, so that unit tests
# can link what they try.
noinst_LIBRARIES += fcgi-app/libfcgiapp.a
fcgi_app_libfcgiapp_a_SOURCES = \
	%D%/api.h %D%/api_account.c %D%/api_ops.c \
	%D%/dispatch.c %D%/dispatch.h \
	%D%/gates.c %D%/gates.h \
	%D%/params.c %D%/params.h \
	%D%/read.c %D%/read.h \
	%D%/routes.c %D%/routes.h \
	%D%/slots.c %D%/slots.h \
	%D%/stats.c %D%/stats.h \
	%D%/view.c %D%/view.h %D%/view_account.c

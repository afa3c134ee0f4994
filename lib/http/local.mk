# lib/http: requests and answers; knows no domain.
noinst_LIBRARIES += lib/http/libhttp.a
lib_http_libhttp_a_SOURCES = \
	%D%/form.c %D%/form.h \
	%D%/json.c %D%/json.h %D%/json_canonical.c %D%/json_fields.c \
	%D%/json_merge.c %D%/json_scan.c %D%/json_scan.h %D%/json_write.c \
	%D%/page.c %D%/page.h %D%/problem.c \
	%D%/problem.h %D%/req.c %D%/req.h %D%/req_uri.c %D%/res.c %D%/res.h \
	%D%/router.c %D%/router.h

# lib/notice: what buyers are told by mail.
lib_libdomain_a_SOURCES += %D%/mail.c %D%/mail.h %D%/notice.c %D%/notice.h \
	%D%/notice_work.c %D%/notice_work.h %D%/template.c %D%/template.h

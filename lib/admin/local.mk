# lib/admin: what operators do, and the log of it.
lib_libdomain_a_SOURCES += %D%/audit_log.c %D%/audit_log.h \
	%D%/capacity.c %D%/capacity.h %D%/catalog.c %D%/catalog.h \
	%D%/section.c %D%/section.h %D%/users.c %D%/users.h \
	%D%/withhold.c %D%/withhold.h

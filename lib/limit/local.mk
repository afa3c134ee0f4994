# lib/limit: how often somebody may do something.
lib_libdomain_a_SOURCES += \
	%D%/limit.c %D%/limit.h %D%/limit_near.c %D%/limit_near.h

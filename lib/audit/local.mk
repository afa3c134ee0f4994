# lib/audit: what must never be, counted.
lib_libdomain_a_SOURCES += %D%/audit.c %D%/audit.h %D%/audit_answer.c \
	%D%/audit_map.c %D%/audit_message.c %D%/audit_money.c %D%/audit_own.h \
	%D%/audit_plan.c %D%/audit_queue.c %D%/audit_redis.c \
	%D%/audit_schema.c %D%/audit_seat.c %D%/audit_section.c

# lib/queue: the line in front of a performance.
lib_libdomain_a_SOURCES += %D%/queue.c %D%/queue.h \
	%D%/queue_admit.c %D%/queue_admit.h \
	%D%/queue_draw.c %D%/queue_draw.h \
	%D%/queue_load.c %D%/queue_load.h \
	%D%/queue_lobby.c %D%/queue_lobby.h \
	%D%/queue_poll.c \
	%D%/queue_report.c %D%/queue_report.h \
	%D%/queue_seen.c %D%/queue_seen.h \
	%D%/queue_snapshot.c %D%/queue_snapshot.h \
	%D%/queue_ticket.c %D%/queue_ticket.h \
	%D%/queue_visit.c %D%/queue_visit.h

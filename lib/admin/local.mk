# lib/admin: what operators do, the log of it, and what clients tell them.
lib_libdomain_a_SOURCES += \
	%D%/alarm.c %D%/alarm.h %D%/audit_log.c %D%/audit_log.h %D%/call_off.c \
	%D%/call_off.h %D%/capacity.c %D%/capacity.h %D%/catalog.c \
	%D%/catalog.h %D%/client_log.c %D%/client_log.h %D%/client_log_mask.c \
	%D%/client_log_mask.h %D%/counter.c %D%/counter.h %D%/draw.c \
	%D%/draw.h %D%/export.c %D%/export.h %D%/export_work.c \
	%D%/export_work.h %D%/give_back.c %D%/give_back.h %D%/held.c \
	%D%/held.h %D%/house.c %D%/house.h %D%/load_now.c %D%/load_now.h \
	%D%/move_by.c %D%/move_by.h %D%/note.c %D%/note.h \
	%D%/payment_move.c %D%/payment_move.h %D%/queue_set.c %D%/queue_set.h \
	%D%/restored.c %D%/restored.h %D%/search.c %D%/search.h \
	%D%/section.c %D%/section.h %D%/settlement.c %D%/settlement.h \
	%D%/statistics.c %D%/statistics.h %D%/till.c %D%/till.h \
	%D%/transfer_by.c %D%/transfer_by.h \
	%D%/users.c %D%/users.h %D%/withhold.c %D%/withhold.h

# lib/ticket: what a buyer shows at the gate.
lib_libdomain_a_SOURCES += %D%/calendar.c %D%/calendar.h %D%/code.c %D%/code.h %D%/png_door.c \
	%D%/qr.c %D%/qr.h %D%/qr_door.c %D%/ticket.c %D%/ticket.h

# lib/message: what is told to others, and those who are.
lib_libdomain_a_SOURCES += %D%/consumer.c %D%/consumer.h \
	%D%/dead_letter.c %D%/dead_letter.h \
	%D%/relay.c %D%/relay.h %D%/replay.c %D%/replay.h

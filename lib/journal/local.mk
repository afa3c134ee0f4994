# lib/journal: what PostgreSQL remembers of holds, and how it comes there.
lib_libdomain_a_SOURCES += %D%/hold_record.c %D%/hold_record.h \
	%D%/journal.c %D%/journal.h \
	%D%/journal_row.c %D%/journal_row.h \
	%D%/journal_trim.c %D%/journal_trim.h

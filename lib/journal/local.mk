# lib/journal: what PostgreSQL remembers of holds, and how it comes there.
lib_libdomain_a_SOURCES += %D%/journal_trim.c %D%/journal_trim.h

# lib/reader: JSON that people write, to what the domain takes.
noinst_LIBRARIES += lib/reader/libreader.a
lib_reader_libreader_a_SOURCES = \
	%D%/load_file.c %D%/load_file.h %D%/load_file_plan.c \
	%D%/load_file_refund.c \
	%D%/load_file_time.c %D%/load_file_write.c \
	%D%/pretix_plan.c %D%/pretix_plan.h %D%/pretix_plan_write.c \
	%D%/reader.c %D%/reader.h

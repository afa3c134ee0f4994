# lib/catalog: what is sold and where; what selling needs of it.
lib_libdomain_a_SOURCES += \
	%D%/hall.c %D%/hall.h %D%/terms.c %D%/terms.h \
	%D%/words.c %D%/words.h

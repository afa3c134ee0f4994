# lib/catalog: what is sold and where; what selling needs of it.
lib_libdomain_a_SOURCES += \
	%D%/hall.c %D%/hall.h %D%/layout.c %D%/layout.h \
	%D%/performance.c %D%/performance.h %D%/show.c %D%/show.h \
	%D%/terms.c %D%/terms.h %D%/words.c %D%/words.h

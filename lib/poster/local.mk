# lib/poster: a show's own image.
lib_libdomain_a_SOURCES += %D%/image.c %D%/image.h %D%/poster.c %D%/poster.h

# lib/idem: answers given again.
lib_libdomain_a_SOURCES += %D%/idem.c %D%/idem.h

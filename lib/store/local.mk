# lib/store: Redis and PostgreSQL, and the Lua scripts in lua/.
noinst_LIBRARIES += lib/store/libstore.a
lib_store_libstore_a_SOURCES = \
	%D%/ctx.c %D%/ctx.h %D%/db.c %D%/db.h %D%/keys.c %D%/keys.h \
	%D%/kv.c %D%/kv.h %D%/read.c %D%/read.h %D%/script.h %D%/settings.c %D%/settings.h
lib_store_libstore_a_CPPFLAGS = $(AM_CPPFLAGS) -DSYSCONFDIR='"$(sysconfdir)"'

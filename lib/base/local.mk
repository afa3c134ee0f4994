# lib/base: knows nothing of us.
noinst_LIBRARIES += lib/base/libbase.a
lib_base_libbase_a_SOURCES = \
	%D%/address.c %D%/address.h \
	%D%/arena.c %D%/arena.h %D%/base.h %D%/board.c %D%/board.h \
	%D%/cells.c %D%/cells.h \
	%D%/clock.c %D%/clock.h %D%/combine.c %D%/combine.h \
	%D%/conf.c %D%/conf.h %D%/conf_print.c %D%/conf_value.c \
	%D%/conf_value.h %D%/crypto.c %D%/crypto.h %D%/csv.c %D%/csv.h \
	%D%/escape.c \
	%D%/escape.h %D%/fault.c %D%/fault.h %D%/gzip.c %D%/gzip.h \
	%D%/html.c %D%/html.h %D%/lang.h %D%/listener.c %D%/listener.h \
	%D%/log.c %D%/log.h %D%/mem.c %D%/mem.h %D%/memo.c %D%/memo.h \
	%D%/metrics.c %D%/metrics.h %D%/metrics_file.c \
	%D%/metrics_file.h %D%/metrics_look.c %D%/metrics_look.h \
	%D%/metrics_render.c %D%/net.c %D%/net.h %D%/notify.c \
	%D%/notify.h %D%/permits.c %D%/permits.h %D%/rand.c %D%/rand.h \
	%D%/seal.c %D%/seal.h %D%/seqlock.h %D%/shelf.c %D%/shelf.h \
	%D%/span.c %D%/span.h %D%/strbuf.c %D%/strbuf.h %D%/utf8.c %D%/utf8.h
nodist_lib_base_libbase_a_SOURCES = %D%/faults.h

# Whether crash points are in, in a header of its own: of two builds that differ
# in nothing else, what has none compiles the same.
if FAULTS
faults_define = \#define FAULTS 1
endif
BUILT_SOURCES += %D%/faults.h
CLEANFILES += %D%/faults.h
%D%/faults.h: Makefile
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_at)printf '%s\n' '$(faults_define)' > $@.new
	$(AM_V_at)if cmp -s $@.new $@; then rm -f $@.new; \
		else mv $@.new $@; fi

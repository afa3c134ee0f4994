# feedd: boxoffice-feedd, the live stream of seat changes. All but main.c is a
# library, so that unit tests can link what they try.
noinst_LIBRARIES += feedd/libfeedd.a
feedd_libfeedd_a_SOURCES = \
	%D%/ask.c %D%/ask.h \
	%D%/event_door.c %D%/event_door.h \
	%D%/hub.c %D%/hub.h \
	%D%/performance.c %D%/performance.h \
	%D%/reader.c %D%/reader.h \
	%D%/ring.c %D%/ring.h \
	%D%/run.c %D%/run.h \
	%D%/source.c %D%/source.h \
	%D%/stats.c %D%/stats.h \
	%D%/tally.c %D%/tally.h \
	%D%/text.c %D%/text.h

sbin_PROGRAMS += boxoffice-feedd
boxoffice_feedd_SOURCES = %D%/main.c
boxoffice_feedd_LDADD = feedd/libfeedd.a $(ALL_LAYERS) $(LIBEVENT_LIBS)

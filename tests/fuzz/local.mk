# tests/fuzz: one target per parser of what comes from outside. Each is built
# twice: with libFuzzer (fuzz_*, make fuzzers, see run.sh), and as a plain
# program (replay_*) that make check runs over its seeds and past crashes.
FUZZ_HTTP = $(LAYER_HTTP) $(LAYER_BASE) $(HTTP_LIBS) $(BASE_LIBS)
FUZZ_STORE = $(LAYER_STORE) $(LAYER_BASE) $(STORE_LIBS) $(BASE_LIBS)
FUZZ_DOMAIN = $(LAYER_DOMAIN) $(LAYER_STORE) $(LAYER_BASE) $(DOMAIN_LIBS) \
	$(STORE_LIBS) $(BASE_LIBS)
FUZZ_FEED = feedd/libfeedd.a $(ALL_LAYERS) $(LIBEVENT_LIBS)
FUZZ_APP = fcgi-app/libfcgiapp.a $(FUZZ_HTTP)

replays = \
	%D%/replay_ask %D%/replay_body %D%/replay_door %D%/replay_fastcgi \
	%D%/replay_image %D%/replay_log_entry %D%/replay_query \
	%D%/replay_router %D%/replay_settings %D%/replay_token
check_PROGRAMS += $(replays)

tests_fuzz_replay_ask_SOURCES = %D%/fuzz_ask.c %D%/replay_main.c
tests_fuzz_replay_ask_LDADD = $(FUZZ_FEED)
tests_fuzz_replay_body_SOURCES = %D%/fuzz_body.c %D%/replay_main.c %D%/target.h
tests_fuzz_replay_body_LDADD = $(FUZZ_HTTP)
tests_fuzz_replay_door_SOURCES = %D%/fuzz_door.c %D%/replay_main.c
tests_fuzz_replay_door_LDADD = $(FUZZ_APP) $(FCGI_LIBS)
tests_fuzz_replay_fastcgi_SOURCES = %D%/fuzz_fastcgi.c %D%/replay_main.c
tests_fuzz_replay_fastcgi_LDADD = $(FUZZ_APP)
tests_fuzz_replay_log_entry_SOURCES = %D%/fuzz_log_entry.c %D%/replay_main.c
tests_fuzz_replay_log_entry_LDADD = $(FUZZ_FEED)
tests_fuzz_replay_image_SOURCES = %D%/fuzz_image.c %D%/replay_main.c
tests_fuzz_replay_image_LDADD = $(FUZZ_DOMAIN)
tests_fuzz_replay_query_SOURCES = %D%/fuzz_query.c %D%/replay_main.c
tests_fuzz_replay_query_LDADD = $(FUZZ_HTTP)
tests_fuzz_replay_router_SOURCES = %D%/fuzz_router.c %D%/replay_main.c
tests_fuzz_replay_router_LDADD = $(FUZZ_HTTP)
tests_fuzz_replay_settings_SOURCES = %D%/fuzz_settings.c %D%/replay_main.c
tests_fuzz_replay_settings_LDADD = $(FUZZ_STORE)
tests_fuzz_replay_token_SOURCES = %D%/fuzz_token.c %D%/replay_main.c
tests_fuzz_replay_token_LDADD = $(FUZZ_DOMAIN)

if FUZZERS
fuzzers = \
	%D%/fuzz_ask %D%/fuzz_body %D%/fuzz_door %D%/fuzz_fastcgi \
	%D%/fuzz_image %D%/fuzz_log_entry %D%/fuzz_query \
	%D%/fuzz_router %D%/fuzz_settings %D%/fuzz_token
EXTRA_PROGRAMS += $(fuzzers)
CLEANFILES += $(fuzzers)

fuzzer_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_ask_LDADD = $(FUZZ_FEED)
tests_fuzz_fuzz_ask_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_body_LDADD = $(FUZZ_HTTP)
tests_fuzz_fuzz_body_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_door_LDADD = $(FUZZ_APP) $(FCGI_LIBS)
tests_fuzz_fuzz_door_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_fastcgi_LDADD = $(FUZZ_APP)
tests_fuzz_fuzz_fastcgi_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_log_entry_LDADD = $(FUZZ_FEED)
tests_fuzz_fuzz_log_entry_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_image_LDADD = $(FUZZ_DOMAIN)
tests_fuzz_fuzz_image_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_query_LDADD = $(FUZZ_HTTP)
tests_fuzz_fuzz_query_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_router_LDADD = $(FUZZ_HTTP)
tests_fuzz_fuzz_router_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_settings_LDADD = $(FUZZ_STORE)
tests_fuzz_fuzz_settings_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_token_LDADD = $(FUZZ_DOMAIN)
tests_fuzz_fuzz_token_LDFLAGS = $(fuzzer_ldflags)

fuzzers: $(BUILT_SOURCES)
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) $(fuzzers)
endif

fuzz_scripts = %D%/replay.sh
dist_check_SCRIPTS += $(fuzz_scripts)
TESTS += $(fuzz_scripts)
EXTRA_DIST += %D%/run.sh %D%/corpus %D%/crashes

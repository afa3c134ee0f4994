# tests/fuzz: one target per parser of what comes from outside. Each is built
# twice: with libFuzzer (fuzz_*, make fuzzers, see run.sh), and as a plain
# program (replay_*) that make check runs over its seeds and past crashes.
#
# Of the sources, what the targets use, and nothing else: clang with libFuzzer and
# sanitizers takes a second for each. What is missing, the linker says.
check_LIBRARIES += %D%/libfuzzed.a
tests_fuzz_libfuzzed_a_SOURCES = \
	fcgi-app/fcgi_door.c fcgi-app/params.c \
	feedd/ask.c feedd/ring.c feedd/text.c \
	lib/account/claims.c lib/account/jwt_door.c lib/account/role.c \
	lib/account/token.c lib/account/token_key.c \
	lib/base/arena.c lib/base/clock.c lib/base/conf.c \
	lib/base/conf_print.c lib/base/conf_value.c lib/base/crypto.c \
	lib/base/escape.c lib/base/fault.c lib/base/log.c lib/base/mem.c \
	lib/base/memo.c lib/base/net.c lib/base/rand.c lib/base/span.c \
	lib/base/strbuf.c lib/base/utf8.c \
	lib/http/json.c lib/http/json_fields.c lib/http/json_scan.c \
	lib/http/json_write.c lib/http/page.c lib/http/problem.c \
	lib/http/req.c lib/http/req_uri.c lib/http/res.c lib/http/router.c \
	lib/poster/image.c \
	lib/seat/log_entry.c lib/seat/seat_state.c \
	lib/store/breaker.c lib/store/db.c lib/store/db_value.c \
	lib/store/fault_name.c lib/store/kv_wire.c lib/store/part.c \
	lib/store/pg_door.c lib/store/primary.c lib/store/rate.c \
	lib/store/redis_door.c lib/store/replica.c lib/store/sentinel.c \
	lib/store/settings.c lib/store/shared.c
FUZZ_LDADD = %D%/libfuzzed.a $(FCGI_LIBS) $(HTTP_LIBS) $(DOMAIN_LIBS) \
	$(STORE_LIBS) $(LIBEVENT_LIBS) $(BASE_LIBS)

replays = \
	%D%/replay_ask %D%/replay_body %D%/replay_door %D%/replay_fastcgi \
	%D%/replay_image %D%/replay_log_entry %D%/replay_query \
	%D%/replay_router %D%/replay_settings %D%/replay_token
check_PROGRAMS += $(replays)

tests_fuzz_replay_ask_SOURCES = %D%/fuzz_ask.c %D%/replay_main.c
tests_fuzz_replay_ask_LDADD = $(FUZZ_LDADD)
tests_fuzz_replay_body_SOURCES = %D%/fuzz_body.c %D%/replay_main.c %D%/target.h
tests_fuzz_replay_body_LDADD = $(FUZZ_LDADD)
tests_fuzz_replay_door_SOURCES = %D%/fuzz_door.c %D%/replay_main.c
tests_fuzz_replay_door_LDADD = $(FUZZ_LDADD)
tests_fuzz_replay_fastcgi_SOURCES = %D%/fuzz_fastcgi.c %D%/replay_main.c
tests_fuzz_replay_fastcgi_LDADD = $(FUZZ_LDADD)
tests_fuzz_replay_log_entry_SOURCES = %D%/fuzz_log_entry.c %D%/replay_main.c
tests_fuzz_replay_log_entry_LDADD = $(FUZZ_LDADD)
tests_fuzz_replay_image_SOURCES = %D%/fuzz_image.c %D%/replay_main.c
tests_fuzz_replay_image_LDADD = $(FUZZ_LDADD)
tests_fuzz_replay_query_SOURCES = %D%/fuzz_query.c %D%/replay_main.c
tests_fuzz_replay_query_LDADD = $(FUZZ_LDADD)
tests_fuzz_replay_router_SOURCES = %D%/fuzz_router.c %D%/replay_main.c
tests_fuzz_replay_router_LDADD = $(FUZZ_LDADD)
tests_fuzz_replay_settings_SOURCES = %D%/fuzz_settings.c %D%/replay_main.c
tests_fuzz_replay_settings_LDADD = $(FUZZ_LDADD)
tests_fuzz_replay_token_SOURCES = %D%/fuzz_token.c %D%/replay_main.c
tests_fuzz_replay_token_LDADD = $(FUZZ_LDADD)

if FUZZERS
fuzzers = \
	%D%/fuzz_ask %D%/fuzz_body %D%/fuzz_door %D%/fuzz_fastcgi \
	%D%/fuzz_image %D%/fuzz_log_entry %D%/fuzz_query \
	%D%/fuzz_router %D%/fuzz_settings %D%/fuzz_token
EXTRA_PROGRAMS += $(fuzzers)
CLEANFILES += $(fuzzers)

fuzzer_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_ask_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_ask_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_body_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_body_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_door_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_door_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_fastcgi_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_fastcgi_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_log_entry_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_log_entry_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_image_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_image_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_query_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_query_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_router_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_router_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_settings_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_settings_LDFLAGS = $(fuzzer_ldflags)
tests_fuzz_fuzz_token_LDADD = $(FUZZ_LDADD)
tests_fuzz_fuzz_token_LDFLAGS = $(fuzzer_ldflags)

fuzzers: $(BUILT_SOURCES)
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) $(fuzzers)
endif

fuzz_scripts = %D%/replay.sh
dist_check_SCRIPTS += $(fuzz_scripts)
TESTS += $(fuzz_scripts)
EXTRA_DIST += %D%/run.sh %D%/corpus %D%/crashes

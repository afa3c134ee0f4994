# tests/bench: ./quickstart bench. Built by make check, run by nobody but it.
check_PROGRAMS += tests/bench/load tests/bench/hello tests/bench/feed
tests_bench_feed_SOURCES = %D%/feed.c
tests_bench_feed_LDADD = -lssl
tests_bench_load_SOURCES = %D%/load.c %D%/load.h %D%/scenarios.c
tests_bench_hello_SOURCES = %D%/hello.c
tests_bench_hello_LDADD = $(FCGI_LIBS)
EXTRA_DIST += %D%/bench.py %D%/feed.py %D%/measure.py %D%/page.py %D%/run

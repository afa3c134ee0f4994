# tests/paysim: a made-up card provider, for tests and demonstrations, and who
# tries it. test_npm.cjs needs packages: tests/run gets them.
check_PROGRAMS += %D%/hook_check
tests_paysim_hook_check_LDADD = $(LAYER_PROVIDER) $(LAYER_HTTP) \
	$(LAYER_STORE) $(LAYER_BASE) $(HTTP_LIBS) $(STORE_LIBS) $(BASE_LIBS)
EXTRA_DIST += %D%/paysim.py %D%/paysim.js %D%/test_npm.cjs %D%/package.json \
	%D%/package-lock.json tests/support/smtp.py

hook_check: $(BUILT_SOURCES)
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) tests/paysim/hook_check
.PHONY: hook_check

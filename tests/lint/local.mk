# tests/lint: rules no compiler checks. test_lints.sh checks the lints.
lints = \
	%D%/alerts.sh %D%/commands.sh %D%/completion.sh %D%/containers.sh \
	%D%/debian.sh %D%/documents.sh %D%/doors.sh %D%/errors.sh %D%/faults.sh \
	%D%/form.sh %D%/layers.sh \
	%D%/schema.sh %D%/settings.sh %D%/test_lints.sh %D%/told.sh %D%/web.sh
dist_check_SCRIPTS += $(lints)
TESTS += $(lints)
EXTRA_DIST += %D%/c_code.py %D%/lint.sh %D%/told_checks.py tests/alerts/boxoffice_test.yml %D%/shell.sh

# All C files get the form of .clang-format, by release 14.
format:
	$(AM_V_GEN)cd '$(srcdir)' && \
		for folder in lib fcgi-app worker feedd ctl tests; do \
			test ! -d $$folder || \
				find $$folder -name '*.[ch]' || exit; \
		done | xargs clang-format -i
.PHONY: format

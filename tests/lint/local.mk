# tests/lint: rules no compiler checks. test_lints.sh checks the lints.
lints = \
	%D%/commands.sh %D%/documents.sh %D%/doors.sh %D%/errors.sh %D%/faults.sh %D%/layers.sh \
	%D%/settings.sh %D%/test_lints.sh
dist_check_SCRIPTS += $(lints)
TESTS += $(lints)
EXTRA_DIST += %D%/lint.sh %D%/shell.sh

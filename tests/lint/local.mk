# tests/lint: rules no compiler checks. test_lints.sh checks the lints.
lints = %D%/doors.sh %D%/errors.sh %D%/layers.sh %D%/settings.sh
dist_check_SCRIPTS += $(lints)
TESTS += $(lints)
EXTRA_DIST += %D%/documents.sh %D%/lint.sh %D%/test_lints.sh

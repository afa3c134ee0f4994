# The suites; each folder's local.mk appends its programs.
include %D%/support/local.mk
include %D%/unit/local.mk
include %D%/store/local.mk
include %D%/flow/local.mk
include %D%/browser/local.mk
include %D%/chaos/local.mk
include %D%/fuzz/local.mk
include %D%/hosts/local.mk
include %D%/install/local.mk
include %D%/lint/local.mk
include %D%/bench/local.mk
include %D%/model/local.mk
include %D%/paysim/local.mk
include %D%/vectors/local.mk

# The domain modules, one folder each, in one library.
noinst_LIBRARIES += lib/libdomain.a
lib_libdomain_a_SOURCES =
include %D%/account/local.mk
include %D%/admin/local.mk
include %D%/audit/local.mk
include %D%/catalog/local.mk
include %D%/hold/local.mk
include %D%/idem/local.mk
include %D%/journal/local.mk
include %D%/limit/local.mk
include %D%/message/local.mk
include %D%/notice/local.mk
include %D%/payment/local.mk
include %D%/poster/local.mk
include %D%/queue/local.mk
include %D%/recovery/local.mk
include %D%/reservation/local.mk
include %D%/seat/local.mk
include %D%/ticket/local.mk
include %D%/wallet/local.mk
include %D%/webhook/local.mk

# lib/catalog: what is sold and where; what selling needs of it.
lib_libdomain_a_SOURCES += \
	%D%/currency.c %D%/currency.h %D%/entry.c %D%/entry.h \
	%D%/hall.c %D%/hall.h %D%/hall_segment.c \
	%D%/layout.c %D%/layout.h \
	%D%/load.c %D%/load.h %D%/load_hall.c %D%/load_house.c %D%/load_item.c \
	%D%/load_performance.c %D%/load_price.c %D%/load_step.h \
	%D%/performance.c %D%/performance.h %D%/plan.c %D%/plan.h \
	%D%/plan_check.c %D%/plan_rows.c %D%/plan_step.h \
	%D%/plan_stored.c %D%/plan_stored.h \
	%D%/price_list.c %D%/price_list.h \
	%D%/refund_policy.c %D%/refund_policy.h %D%/segment.c \
	%D%/show.c %D%/show.h %D%/terms.c %D%/terms.h %D%/words.c %D%/words.h

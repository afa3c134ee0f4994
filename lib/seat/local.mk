# lib/seat: states and moves, the epoch, scripts, maps and their logs.
lib_libdomain_a_SOURCES += %D%/epoch.c %D%/epoch.h \
	%D%/log_entry.c %D%/log_entry.h \
	%D%/log_follow.c %D%/log_follow.h \
	%D%/log_hint.c %D%/log_hint.h \
	%D%/seat_best.c %D%/seat_best.h %D%/seat_best_own.h \
	%D%/seat_best_place.c %D%/seat_best_split.c \
	%D%/seat_changes.c %D%/seat_changes.h \
	%D%/seat_kept.c %D%/seat_kept.h \
	%D%/seat_loaded.c %D%/seat_loaded.h \
	%D%/seat_map.c %D%/seat_map.h \
	%D%/seat_recovery.c %D%/seat_recovery.h \
	%D%/seat_rule.c %D%/seat_rule.h \
	%D%/seat_rule_end.c %D%/seat_rule_end.h \
	%D%/seat_suggest.c %D%/seat_suggest.h \
	%D%/seat_script.c %D%/seat_script.h \
	%D%/seat_set.c %D%/seat_set.h \
	%D%/seat_published.c %D%/seat_published.h \
	%D%/seat_state.c %D%/seat_state.h \
	%D%/seat_stock.c %D%/seat_stock.h \
	%D%/seat_tail.c %D%/seat_tail.h \
	%D%/seat_terms.c %D%/seat_terms.h

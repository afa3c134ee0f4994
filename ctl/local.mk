# ctl: boxofficectl, the operator's program; one cmd_*.c a verb.
bin_PROGRAMS += boxofficectl
boxofficectl_SOURCES = \
	%D%/cmd_alarms.c %D%/cmd_audit.c %D%/cmd_call_off.c %D%/cmd_capacity.c \
	%D%/cmd_check_config.c %D%/cmd_dead_letter.c %D%/cmd_drain.c \
	%D%/cmd_draw.c %D%/cmd_export.c %D%/cmd_hall.c %D%/cmd_house.c \
	%D%/cmd_limits.c %D%/cmd_load.c %D%/cmd_load_now.c \
	%D%/cmd_migrate.c %D%/cmd_move.c %D%/cmd_note.c \
	%D%/cmd_payment.c %D%/cmd_performances.c %D%/cmd_queue.c \
	%D%/cmd_rebuild.c %D%/cmd_restored.c %D%/cmd_search.c \
	%D%/cmd_seats.c %D%/cmd_section.c %D%/cmd_settlement.c \
	%D%/cmd_statistics.c %D%/cmd_status.c %D%/cmd_till.c %D%/cmd_token.c \
	%D%/cmd_top.c %D%/cmd_transfer.c %D%/cmd_user.c \
	%D%/cmd_user_change.c %D%/cmd_wallet.c %D%/cmd_webhook.c \
	%D%/ctl.c %D%/ctl.h %D%/history.c %D%/history.h %D%/main.c \
	%D%/members.c %D%/members.h %D%/online.c %D%/online.h \
	%D%/online_db.c %D%/online_pooler.c %D%/online_providers.c \
	%D%/online_redis.c %D%/secret.c %D%/secret.h
boxofficectl_LDADD = $(ALL_LAYERS)

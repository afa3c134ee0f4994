# ctl: boxofficectl, the operator's program; one cmd_*.c a verb.
bin_PROGRAMS += boxofficectl
boxofficectl_SOURCES = \
	%D%/cmd_check_config.c %D%/cmd_migrate.c %D%/cmd_status.c \
	%D%/cmd_token.c %D%/cmd_user.c %D%/cmd_wallet.c %D%/ctl.c \
	%D%/ctl.h %D%/main.c %D%/secret.c %D%/secret.h
boxofficectl_CPPFLAGS = $(AM_CPPFLAGS) -DSYSCONFDIR='"$(sysconfdir)"'
boxofficectl_LDADD = $(ALL_LAYERS)

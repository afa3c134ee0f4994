# tests/store: one program per module that needs Redis or PostgreSQL; each
# starts its own (support/servers.h).
STORE_LDADD = tests/support/libsupport.a $(LAYER_DOMAIN) $(LAYER_OUTSIDE) \
	$(LAYER_STORE) $(LAYER_BASE) $(CHECK_LIBS) $(DOMAIN_LIBS) \
	$(OUTSIDE_LIBS) $(STORE_LIBS) $(BASE_LIBS)

dist_check_SCRIPTS += %D%/test_embed.sh
TESTS += %D%/test_embed.sh
EXTRA_DIST += %D%/mutants.sh

if HAVE_CHECK
store_tests = \
	%D%/test_db \
	%D%/test_db_fault \
	%D%/test_keys \
	%D%/test_kv \
	%D%/test_migrate \
	%D%/test_replica \
	%D%/test_script \
	%D%/test_settings \
	%D%/test_sql
check_PROGRAMS += $(store_tests)
TESTS += $(store_tests)

tests_store_test_db_LDADD = $(STORE_LDADD)
tests_store_test_db_fault_LDADD = $(STORE_LDADD)
tests_store_test_keys_LDADD = $(STORE_LDADD)
tests_store_test_kv_LDADD = $(STORE_LDADD)
tests_store_test_migrate_LDADD = $(STORE_LDADD)
tests_store_test_replica_LDADD = $(STORE_LDADD)
tests_store_test_script_LDADD = $(STORE_LDADD)
tests_store_test_settings_LDADD = $(STORE_LDADD)
# Every module with statements, whether the test calls it or not.
tests_store_test_sql_SOURCES = %D%/test_sql.c ctl/cmd_status.c ctl/ctl.c
tests_store_test_sql_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) \
	$(FCGI_LIBS)
tests_store_test_sql_LDFLAGS = $(AM_LDFLAGS) -Wl,--whole-archive \
	fcgi-app/libfcgiapp.a $(LAYER_DOMAIN) $(LAYER_STORE) \
	-Wl,--no-whole-archive
endif

# worker: its jobs, and the loop around them
if HAVE_CHECK
check_PROGRAMS += %D%/test_notifications
TESTS += %D%/test_notifications

tests_store_test_notifications_SOURCES = %D%/test_notifications.c \
	$(worker_parts)
tests_store_test_notifications_LDADD = tests/support/libsupport.a \
	$(PAYING_LAYERS) $(CHECK_LIBS)

check_PROGRAMS += %D%/test_gauges
TESTS += %D%/test_gauges

tests_store_test_gauges_SOURCES = %D%/test_gauges.c $(worker_parts)
tests_store_test_gauges_LDADD = tests/support/libsupport.a \
	$(PAYING_LAYERS) $(CHECK_LIBS)
endif

# fcgi-app: what is told of stores that are away
if HAVE_CHECK
away_tests = %D%/test_health %D%/test_primary_away
check_PROGRAMS += $(away_tests)
TESTS += $(away_tests)

tests_store_test_health_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_primary_away_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
endif

# lib/account, lib/wallet, ctl
if HAVE_CHECK
account_tests = \
	%D%/test_account %D%/test_api_account %D%/test_ctl %D%/test_guess \
	%D%/test_page_session %D%/test_rate_limit %D%/test_refresh \
	%D%/test_totp %D%/test_wallet
check_PROGRAMS += $(account_tests)
TESTS += $(account_tests)

tests_store_test_account_LDADD = $(STORE_LDADD)
tests_store_test_api_account_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_ctl_LDADD = $(STORE_LDADD)
tests_store_test_guess_LDADD = $(STORE_LDADD)
tests_store_test_rate_limit_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_page_session_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_refresh_LDADD = $(STORE_LDADD)
tests_store_test_totp_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_wallet_LDADD = $(STORE_LDADD)
endif

# lib/seat, lib/hold, lib/payment, lib/reservation
if HAVE_CHECK
purchase_tests = \
	%D%/test_adopt %D%/test_api_hold %D%/test_api_message \
	%D%/test_api_payment %D%/test_api_webhook %D%/test_audit \
	%D%/test_best %D%/test_called_off %D%/test_cancel %D%/test_card \
	%D%/test_counter %D%/test_due %D%/test_expiry %D%/test_hold \
	%D%/test_hold_rate %D%/test_hold_rule %D%/test_house %D%/test_idem \
	%D%/test_journal %D%/test_lobby %D%/test_message %D%/test_modes \
	%D%/test_move %D%/test_move_card %D%/test_notice %D%/test_operator %D%/test_outbox \
	%D%/test_payment %D%/test_payment_left %D%/test_primary \
	%D%/test_purchase %D%/test_queue %D%/test_rebuild %D%/test_reconcile \
	%D%/test_reconcile_card %D%/test_reconcile_pay %D%/test_restored \
	%D%/test_rule %D%/test_seat %D%/test_sentinel %D%/test_settlement \
	%D%/test_slot %D%/test_till %D%/test_together %D%/test_transfer \
	%D%/test_webhook
check_PROGRAMS += $(purchase_tests)
TESTS += $(purchase_tests)

tests_store_test_adopt_LDADD = $(STORE_LDADD)
tests_store_test_api_hold_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_api_message_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_api_payment_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_api_webhook_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_audit_LDADD = $(STORE_LDADD)
tests_store_test_best_LDADD = $(STORE_LDADD)
tests_store_test_called_off_LDADD = $(STORE_LDADD)
tests_store_test_cancel_LDADD = $(STORE_LDADD)
tests_store_test_card_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_house_LDADD = $(STORE_LDADD)
tests_store_test_counter_LDADD = $(STORE_LDADD)
tests_store_test_due_LDADD = $(STORE_LDADD)
tests_store_test_expiry_LDADD = $(STORE_LDADD)
tests_store_test_hold_LDADD = $(STORE_LDADD)
tests_store_test_idem_LDADD = $(STORE_LDADD)
tests_store_test_journal_LDADD = $(STORE_LDADD)
tests_store_test_lobby_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_message_LDADD = $(STORE_LDADD)
tests_store_test_modes_LDADD = $(STORE_LDADD)
tests_store_test_move_LDADD = $(STORE_LDADD)
tests_store_test_move_card_LDADD = $(STORE_LDADD)
tests_store_test_operator_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_notice_LDADD = $(STORE_LDADD)
tests_store_test_outbox_LDADD = $(STORE_LDADD)
tests_store_test_payment_LDADD = $(STORE_LDADD)
tests_store_test_payment_left_LDADD = $(STORE_LDADD)
tests_store_test_primary_LDADD = $(STORE_LDADD)
tests_store_test_purchase_LDADD = $(STORE_LDADD)
tests_store_test_queue_LDADD = $(STORE_LDADD)
tests_store_test_rebuild_LDADD = $(STORE_LDADD)
tests_store_test_reconcile_LDADD = $(STORE_LDADD)
tests_store_test_hold_rate_LDADD = $(STORE_LDADD)
tests_store_test_hold_rule_LDADD = $(STORE_LDADD)
tests_store_test_reconcile_card_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_reconcile_pay_LDADD = $(STORE_LDADD)
tests_store_test_restored_LDADD = $(STORE_LDADD)
tests_store_test_rule_LDADD = $(STORE_LDADD)
tests_store_test_seat_LDADD = $(STORE_LDADD)
tests_store_test_sentinel_LDADD = $(STORE_LDADD)
tests_store_test_settlement_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_slot_LDADD = $(STORE_LDADD)
tests_store_test_till_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_together_LDADD = $(STORE_LDADD)
tests_store_test_transfer_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_webhook_LDADD = $(STORE_LDADD)
endif

# a life of holds and purchases, stopped at each crash point; the Makefile.am
# at the root has it in TESTS
if HAVE_CHECK
check_PROGRAMS += %D%/test_sweep

tests_store_test_sweep_SOURCES = %D%/test_sweep.c %D%/sweep_card.c \
	%D%/sweep.h
tests_store_test_sweep_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
endif

# lib/admin
if HAVE_CHECK
admin_tests = \
	%D%/test_api_admin %D%/test_api_move %D%/test_export \
	%D%/test_withhold
check_PROGRAMS += $(admin_tests)
TESTS += $(admin_tests)

tests_store_test_api_admin_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_api_move_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_export_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_withhold_LDADD = $(STORE_LDADD)
endif

# lib/catalog, reader/load_file
CATALOG_LDADD = tests/support/libsupport.a $(ALL_LAYERS) \
	$(CHECK_LIBS)

if HAVE_CHECK
catalog_tests = %D%/test_api_catalog %D%/test_api_entry %D%/test_catalog \
	%D%/test_load %D%/test_terms
check_PROGRAMS += $(catalog_tests)
TESTS += $(catalog_tests)

tests_store_test_api_entry_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) $(FCGI_LIBS)
tests_store_test_api_catalog_LDADD = tests/support/libsupport.a \
	fcgi-app/libfcgiapp.a $(PAYING_LAYERS) $(CHECK_LIBS) \
	$(FCGI_LIBS)
tests_store_test_catalog_LDADD = $(CATALOG_LDADD)
tests_store_test_load_LDADD = $(CATALOG_LDADD)
tests_store_test_terms_LDADD = $(CATALOG_LDADD)
endif

# What may come in another order than it was begun in
if HAVE_CHECK
interleave_tests = \
	%D%/test_interleave_epoch \
	%D%/test_interleave_journal \
	%D%/test_interleave_mirror \
	%D%/test_limit
check_PROGRAMS += $(interleave_tests)
TESTS += $(interleave_tests)

tests_store_test_interleave_epoch_LDADD = $(STORE_LDADD)
tests_store_test_interleave_journal_LDADD = $(STORE_LDADD)
tests_store_test_interleave_mirror_LDADD = $(STORE_LDADD)
tests_store_test_limit_LDADD = $(STORE_LDADD)
endif

# feedd
if HAVE_CHECK
check_PROGRAMS += %D%/test_feed
TESTS += %D%/test_feed

tests_store_test_feed_LDADD = tests/support/libsupport.a feedd/libfeedd.a \
	$(ALL_LAYERS) $(LIBEVENT_LIBS) $(CHECK_LIBS)
endif

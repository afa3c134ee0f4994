# tests/flow: the programs as wholes.
processes = %D%/test_install.sh %D%/test_master.py %D%/test_paysim.py \
	%D%/test_worker.py
dist_check_SCRIPTS += $(processes)
TESTS += $(processes)
EXTRA_DIST += tests/support/fcgi_client.py tests/support/fcgi_tree.py \
	tests/support/tap.py tests/support/api.py

# These need a running stack, STACK_DIR; tests/run makes one.
EXTRA_DIST += \
	%D%/reload_and_upgrade.sh %D%/spreadsheet.py \
	%D%/test_admin.py \
	%D%/test_apache.py \
	%D%/test_bad_input.py \
	%D%/test_cancel.py %D%/test_tickets.py %D%/test_transfer.py \
	%D%/test_exposure.py \
	%D%/test_feed.py \
	%D%/test_front.py \
	%D%/test_idempotency.py \
	%D%/test_kept.py \
	%D%/test_m.py %D%/test_m_session.py \
	%D%/test_maps.py \
	%D%/test_nginx.py \
	%D%/test_openapi.py \
	%D%/test_own_reads.py \
	%D%/test_purchase.py \
	%D%/test_quickstart.py \
	%D%/test_reload.py \
	%D%/test_slow.py \
	%D%/test_stores.py \
	%D%/test_sweep.py \
	%D%/test_syscalls.py \
	%D%/test_units.py
EXTRA_DIST += \
	tests/run tests/support/apache.py \
	tests/support/attack.py tests/support/browsers.py \
	tests/support/follower.py tests/support/forms.py \
	tests/support/load.py tests/support/lynx.py \
	tests/support/nginx.py tests/support/wire.py

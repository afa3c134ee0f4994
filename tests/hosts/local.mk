# tests/hosts: several hosts, and parts of them lost, beside a stack. Not part of the
# suite; each says what it needs.
EXTRA_DIST += \
	%D%/last-release %D%/run %D%/test_failover.py %D%/test_hosts.py \
	%D%/test_pgbouncer.py %D%/test_restore.py %D%/test_sentinel.py \
	%D%/test_upgrade.py %D%/upgrade
EXTRA_DIST += tests/support/fleet.py tests/support/runbook.py tests/support/sale.py

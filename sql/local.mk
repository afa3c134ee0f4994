# The schema, installed for boxofficectl migrate. NNNN_what.sql are tables by
# subject, and what later releases change of them; each is applied once. Files
# in functions/ are run again whenever their text has changed.
sqldir = $(pkgdatadir)/sql
dist_sql_DATA = \
	%D%/0001_system.sql \
	%D%/0002_users.sql \
	%D%/0003_catalog.sql \
	%D%/0004_seats.sql \
	%D%/0005_money.sql \
	%D%/0006_idempotency.sql \
	%D%/0007_logs.sql \
	%D%/0008_posters.sql \
	%D%/0009_queue.sql \
	%D%/0010_tickets.sql \
	%D%/0011_alarms.sql \
	%D%/0012_notices.sql \
	%D%/0013_sales.sql \
	%D%/0014_house.sql \
	%D%/0016_refund_policy.sql \
	%D%/0017_called_off.sql \
	%D%/0018_till.sql \
	%D%/0019_moves.sql \
	%D%/0020_webhooks.sql \
	%D%/0022_exports.sql \
	%D%/0024_totp.sql \
	%D%/0028_transfers.sql

sqlfunctionsdir = $(sqldir)/functions
dist_sqlfunctions_DATA = \
	%D%/functions/alarms.sql \
	%D%/functions/append_only.sql \
	%D%/functions/audit_log.sql \
	%D%/functions/called_off.sql \
	%D%/functions/cancels.sql \
	%D%/functions/catalog.sql \
	%D%/functions/claims.sql \
	%D%/functions/entries.sql \
	%D%/functions/holds.sql \
	%D%/functions/holds_database.sql \
	%D%/functions/house.sql \
	%D%/functions/idempotency.sql \
	%D%/functions/messages.sql \
	%D%/functions/notices.sql \
	%D%/functions/operators.sql \
	%D%/functions/owners.sql \
	%D%/functions/payment_operators.sql \
	%D%/functions/payments.sql \
	%D%/functions/performances.sql \
	%D%/functions/plans.sql \
	%D%/functions/posters.sql \
	%D%/functions/purchases.sql \
	%D%/functions/queue.sql \
	%D%/functions/queue_lobby.sql \
	%D%/functions/reconcile.sql \
	%D%/functions/refunds.sql \
	%D%/functions/reservation_exports.sql \
	%D%/functions/reservation_moves.sql \
	%D%/functions/reservation_notes.sql \
	%D%/functions/reservation_transfers.sql \
	%D%/functions/restored.sql \
	%D%/functions/sales.sql \
	%D%/functions/search.sql \
	%D%/functions/sections.sql \
	%D%/functions/sessions.sql \
	%D%/functions/settlement.sql \
	%D%/functions/statistics.sql \
	%D%/functions/tickets.sql \
	%D%/functions/till.sql \
	%D%/functions/totp.sql \
	%D%/functions/users.sql \
	%D%/functions/webhooks.sql

# The migrations, installed for boxofficectl migrate; a new one is a new line.
sqldir = $(pkgdatadir)/sql
dist_sql_DATA = \
	%D%/0001_system.sql \
	%D%/0010_users.sql \
	%D%/0020_catalog.sql \
	%D%/0030_claims.sql \
	%D%/0040_money.sql \
	%D%/0045_epoch.sql \
	%D%/0050_pay_wallet.sql \
	%D%/0060_hot_tables.sql \
	%D%/0065_cheap_sale.sql \
	%D%/0070_house.sql \
	%D%/0075_audit.sql \
	%D%/0078_notify.sql \
	%D%/0080_database_holds.sql \
	%D%/0090_idempotency.sql \
	%D%/0092_outbox.sql \
	%D%/0095_payments.sql \
	%D%/0100_cancel.sql \
	%D%/0110_cheap_purchase.sql \
	%D%/0120_holds_told.sql \
	%D%/0130_one_index.sql \
	%D%/0140_pay_together.sql \
	%D%/0150_holds_in_columns.sql \
	%D%/0160_price_lists.sql \
	%D%/0161_pay_as_held.sql \
	%D%/0165_sales_open.sql \
	%D%/0170_seat_places.sql \
	%D%/0171_search_fold.sql \
	%D%/0180_refresh_salt.sql \
	%D%/0181_retention.sql \
	%D%/0182_holds_bound.sql

-- SPDX-License-Identifier: BSD-2-Clause
--
-- What every sale writes carries no foreign keys to users and performances:
-- rows of those are never deleted, each check was a query (thirteen a sale, a
-- third of its time), and each took a share lock on the one row of the
-- performance that everybody is buying, so that PostgreSQL kept a list of
-- lockers for it. Ids come from rows that were read; the audit joins them.
ALTER TABLE seat_claim
	DROP CONSTRAINT seat_claim_performance_id_fkey,
	DROP CONSTRAINT seat_claim_user_id_fkey;
ALTER TABLE holds
	DROP CONSTRAINT holds_performance_id_fkey,
	DROP CONSTRAINT holds_user_id_fkey;
ALTER TABLE ledger
	DROP CONSTRAINT ledger_user_id_fkey;
ALTER TABLE payments
	DROP CONSTRAINT payments_user_id_fkey,
	DROP CONSTRAINT payments_performance_id_fkey;
ALTER TABLE reservations
	DROP CONSTRAINT reservations_user_id_fkey,
	DROP CONSTRAINT reservations_performance_id_fkey,
	DROP CONSTRAINT reservations_payment_id_fkey;

-- A hold changes its status two or three times. An index whose predicate
-- names the status makes each change write every index of the table; this
-- one is left alone by all of them and finds the running holds as well, since
-- none outlives its hard end.
DROP INDEX holds_running;
DROP INDEX holds_performance;
CREATE INDEX holds_performance ON holds (performance_id, hard_expires_at);

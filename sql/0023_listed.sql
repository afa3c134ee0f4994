-- SPDX-License-Identifier: BSD-2-Clause
--
-- When a list of its provider first had a payment: one that captured money and is
-- in none is an alarm (reconcile_missing).
ALTER TABLE payment_outside ADD COLUMN listed_at timestamptz;
CREATE INDEX payment_outside_unlisted ON payment_outside (provider, account)
	WHERE listed_at IS NULL AND outside_id IS NOT NULL;

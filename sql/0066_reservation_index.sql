-- SPDX-License-Identifier: BSD-2-Clause
--
-- The per-user limit is counted in every purchase: by performance and user at
-- once. By performance alone it read every reservation of the performance, the
-- more the longer it had been on sale.
DROP INDEX reservations_performance;
CREATE INDEX reservations_performance ON reservations (performance_id, user_id);

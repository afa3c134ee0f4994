-- SPDX-License-Identifier: BSD-2-Clause
--
-- 0045 and 0065 each made an index of the claims that are not yet owned, for
-- the same question: how many of a performance's seats a user has on the way.
-- Every purchase opened both.
DROP INDEX seat_claim_running;

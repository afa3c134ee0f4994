-- SPDX-License-Identifier: BSD-2-Clause
--
-- What one operator did, and what was done to one thing, is found in the log.

CREATE INDEX audit_log_user ON audit_log (user_id, id);
CREATE INDEX audit_log_object ON audit_log (object, id);

-- SPDX-License-Identifier: BSD-2-Clause
--
-- When the user of a session last said his password there: what hurts most is
-- done only shortly after (lib/account/session.h).

ALTER TABLE refresh_family
	ADD proved_at timestamptz NOT NULL DEFAULT now();
UPDATE refresh_family SET proved_at = created_at;

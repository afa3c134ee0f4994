-- SPDX-License-Identifier: BSD-2-Clause
--
-- What a refresh token turns into can be made again from the token and this
-- salt, so that every repeated request is given the same one. The table alone
-- tells neither. NULL: not used, or used by a program that had no salt.
ALTER TABLE refresh_token ADD COLUMN salt bytea;

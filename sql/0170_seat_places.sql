-- SPDX-License-Identifier: BSD-2-Clause
--
-- Places of seats keep their hundredths: a real has seven digits, so that from
-- 131,072 on they were lost. What is there becomes what it was shown as.

ALTER TABLE seats
	ALTER COLUMN x TYPE double precision USING x::text::double precision,
	ALTER COLUMN y TYPE double precision USING y::text::double precision;

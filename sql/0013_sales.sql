-- SPDX-License-Identifier: BSD-2-Clause
--
-- What was sold and given back, by section and ticket type, and what became of
-- holds, by the hour (of UTC) of the fact. Written by the consumer "sales"; the
-- view sales_all has the rows of both.

CREATE TABLE sales_seats (
	performance_id bigint NOT NULL,
	hour timestamptz NOT NULL,
	section_no smallint NOT NULL,
	type_no smallint NOT NULL,		-- 0: the default
	currency char(3) NOT NULL,
	sold bigint NOT NULL DEFAULT 0,
	revenue bigint NOT NULL DEFAULT 0,
	given_back bigint NOT NULL DEFAULT 0,
	refunded bigint NOT NULL DEFAULT 0,
	complimentary bigint NOT NULL DEFAULT 0, -- of sold, given for nothing
	-- Purchases, each with the section and ticket type of its first seat.
	bought bigint NOT NULL DEFAULT 0,
	PRIMARY KEY (performance_id, hour, section_no, type_no, currency)
) WITH (fillfactor = 70);	-- rows are counted up, in place
CREATE INDEX sales_seats_hour ON sales_seats (hour);

-- Holds are counted once, when they are over: their journal is.
CREATE TABLE sales_holds (
	performance_id bigint NOT NULL,
	hour timestamptz NOT NULL,
	placed bigint NOT NULL DEFAULT 0,	-- whatever became of them
	lapsed bigint NOT NULL DEFAULT 0,
	lost bigint NOT NULL DEFAULT 0,
	PRIMARY KEY (performance_id, hour)
) WITH (fillfactor = 70);
CREATE INDEX sales_holds_hour ON sales_holds (hour);

-- SPDX-License-Identifier: BSD-2-Clause
--
-- A row of the outbox about many holds has them in columns: the payload's
-- "hold", "performance_id", "user_id", "status", "seat_ids" and "version" are
-- lists, and the first of each is the first hold's. An object a hold (0120) cost
-- 87,000 instructions each, of 209,000 for a row of the journal with its part of
-- the outbox; this costs 32,000. No program that was released has written the
-- others.
--
-- Compressing such a payload cost a fifth of making it.
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;

CREATE OR REPLACE FUNCTION outbox_holds(p_holds holds[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload)
	SELECT 'holds', 'journal', 'holds.changed', jsonb_build_object(
	    'hold', to_jsonb(array_agg(h.token)),
	    'performance_id', to_jsonb(array_agg(h.performance_id)),
	    'user_id', to_jsonb(array_agg(h.user_id)),
	    'status', to_jsonb(array_agg(h.status)),
	    'seat_ids', jsonb_agg(h.seats),
	    'version', to_jsonb(array_agg(concat_ws('-', h.epoch, h.log_ms,
		h.log_seq))))
	FROM unnest(p_holds) AS h
	WHERE h.status NOT IN ('paying', 'paid')
	HAVING count(*) > 0;
END $$;

-- What the outbox tells of holds, one a row.
CREATE VIEW hold_told AS
SELECT o.id AS outbox_id, h.hold, h.performance_id::bigint,
    h.user_id::bigint, h.status, h.seat_ids, h.version
FROM outbox AS o CROSS JOIN LATERAL ROWS FROM (
    jsonb_array_elements_text(o.payload->'hold'),
    jsonb_array_elements_text(o.payload->'performance_id'),
    jsonb_array_elements_text(o.payload->'user_id'),
    jsonb_array_elements_text(o.payload->'status'),
    jsonb_array_elements(o.payload->'seat_ids'),
    jsonb_array_elements_text(o.payload->'version'))
    AS h (hold, performance_id, user_id, status, seat_ids, version)
WHERE o.kind = 'holds.changed';

-- SPDX-License-Identifier: BSD-2-Clause
--
-- What becomes of holds is told again (0110 took it away: a row and a trigger
-- a hold were too dear), in one row for all that one statement wrote: kind
-- holds.changed, and in the payload's "holds" each hold as the journal has it
-- now. Whoever moves a hold's row forward tells it in the same statement; one
-- who finds it there already tells nothing. What passes between two writings of
-- the journal is not told, and nothing of a purchase is: paying is payment.sent,
-- paid is reservation.confirmed.
--
-- Nothing orders these rows, so their version says nothing. A hold's does:
-- "epoch-ms-seq", three numbers, as the API has it; whoever has seen one of a
-- hold drops the older ones.
--
-- In plpgsql, whose statements keep their plans: one in SQL is planned anew each
-- time, some 0.1 ms.
CREATE FUNCTION outbox_holds(p_holds holds[]) RETURNS void LANGUAGE plpgsql
AS $$
BEGIN
	INSERT INTO outbox (aggregate, aggregate_id, kind, payload)
	SELECT 'holds', 'journal', 'holds.changed', jsonb_build_object('holds',
	    jsonb_agg(jsonb_build_object('hold', h.token,
		'performance_id', h.performance_id, 'user_id', h.user_id,
		'status', h.status, 'seat_ids', h.seats, 'version',
		concat_ws('-', h.epoch, h.log_ms, h.log_seq))))
	FROM unnest(p_holds) AS h
	WHERE h.status NOT IN ('paying', 'paid')
	HAVING count(*) > 0;
END $$;

-- All that is done to holds while Redis is away comes by here, after their row
-- was written (0080).
CREATE OR REPLACE FUNCTION hold_untold(p_token text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO holds_untold (token) VALUES (p_token)
	ON CONFLICT (token) DO UPDATE SET at = excluded.at;
	PERFORM outbox_holds(array_agg(h)) FROM holds AS h
	    WHERE h.token = p_token;
END $$;

-- SPDX-License-Identifier: BSD-2-Clause
--
-- A price list has its currency for good, as it has its amounts: what is owed
-- for a hold follows from the list that it was made by, whatever the
-- performance sells by today. performances.currency is that of its present
-- list; the trigger here is the only writer of the table, and keeps the two
-- equal.

CREATE TABLE price_lists (
	performance_id bigint NOT NULL REFERENCES performances,
	version int NOT NULL CHECK (version >= 1),
	currency char(3) NOT NULL,
	PRIMARY KEY (performance_id, version)
);

-- Of a former list the first hold by it tells the currency: later ones may
-- have been written down in the next list's.
INSERT INTO price_lists (performance_id, version, currency)
SELECT p.id, v.version, CASE WHEN v.version = p.price_version
	THEN p.currency
	ELSE coalesce((SELECT h.currency FROM holds AS h
	    WHERE h.performance_id = p.id AND h.price_version = v.version
	    ORDER BY h.made_at LIMIT 1), p.currency) END
FROM performances AS p CROSS JOIN LATERAL (
	SELECT version FROM prices WHERE performance_id = p.id
	UNION SELECT p.price_version) AS v;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON price_lists
	FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION price_list_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO price_lists (performance_id, version, currency)
	VALUES (NEW.id, NEW.price_version, NEW.currency)
	ON CONFLICT DO NOTHING;
	IF NOT FOUND AND NEW.currency <> (SELECT l.currency
	    FROM price_lists AS l WHERE l.performance_id = NEW.id
	    AND l.version = NEW.price_version) THEN
		RAISE EXCEPTION 'price_list_currency' USING ERRCODE = '23514',
		    CONSTRAINT = 'price_list_currency', DETAIL = format(
		    'price list %s of performance %s is in another currency',
		    NEW.price_version, NEW.id);
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER price_list_keep AFTER INSERT OR UPDATE OF currency,
	price_version ON performances FOR EACH ROW
	EXECUTE FUNCTION price_list_keep();

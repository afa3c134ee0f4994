-- What every script that places a hold of seats ends with: the limit is asked,
-- then all is written. Begins with place; expects asked, prices, and places,
-- which are free.
-- Answers 'limit', or 'ok', token, record, log id, and then what expired.

local quantity = #places
--#include promise
seats_write(seats_key, places, 'H')
seats_write(refs_key, places, mark_bytes(token))
return {'ok', token, record, log_add('H', asked, journal, token, record),
    unpack(ended)}

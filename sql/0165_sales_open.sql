-- SPDX-License-Identifier: BSD-2-Clause
-- Every ten seconds the worker looks for sales that are about to open, to have
-- their maps in Redis before the first buyer comes.

CREATE INDEX performances_sale ON performances (sales_open_at);

# tests/vectors: examples that more than one judge runs.
EXTRA_DIST += %D%/seat_rule.tsv

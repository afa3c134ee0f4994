# tests/vectors: examples that more than one judge runs, and plans that others
# wrote.
EXTRA_DIST += %D%/seat_rule.tsv \
	%D%/pretix_areas.json %D%/pretix_stadium.json %D%/pretix_theatre.json

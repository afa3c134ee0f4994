# tests/chaos: parts of a running stack break while it sells. They need a stack,
# STACK_DIR; tests/run makes one.
EXTRA_DIST += \
	%D%/test_card.py \
	%D%/test_faults.py \
	%D%/test_line.py \
	%D%/test_line_order.py \
	%D%/test_move.py \
	%D%/test_race.py \
	%D%/test_sellout.py \
	%D%/test_settled.py
EXTRA_DIST += tests/support/crowd.py tests/support/faults.py \
	tests/support/paysim.py \
	tests/support/hosts.py tests/support/settings.py \
	tests/support/stage.py

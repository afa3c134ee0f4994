# tests/model: make model searches all states of the seat protocol, of the
# counts of a section and of a line, some minutes of one processor; not part of make check,
# which has no Spin.
EXTRA_DIST += %D%/seat.pml %D%/section.pml %D%/line.pml %D%/run.sh

model:
	$(AM_V_at)CC='$(CC)' bash '$(srcdir)/tests/model/run.sh'
.PHONY: model

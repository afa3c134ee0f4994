# tests/model: make model searches all states of the seat protocol, of the
# counts of a section, of a line, of a payment by card and of a move, some minutes
# of one processor; not part of make check, which has no Spin.
EXTRA_DIST += %D%/card.pml %D%/line.pml %D%/move.pml %D%/run.sh %D%/seat.pml \
	%D%/section.pml

model:
	$(AM_V_at)CC='$(CC)' bash '$(srcdir)/tests/model/run.sh'
.PHONY: model

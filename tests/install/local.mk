# tests/install: the documents, followed on a bare machine. See run.
EXTRA_DIST += %D%/commands.sh %D%/follow.sh %D%/run

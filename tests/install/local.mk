# tests/install: the documents, followed on a bare machine. See run and packages.
EXTRA_DIST += \
	%D%/buyers.py %D%/commands.sh %D%/follow.sh %D%/machine.sh %D%/packages \
	%D%/run %D%/typing.sh

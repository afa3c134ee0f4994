# tests/paysim: a made-up card provider, for tests and demonstrations.
EXTRA_DIST += %D%/paysim.py

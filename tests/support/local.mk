# tests/support
noinst_HEADERS += %D%/suite.h

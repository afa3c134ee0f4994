# lib/wallet: balances and the ledger.
lib_libdomain_a_SOURCES += %D%/wallet.c %D%/wallet.h

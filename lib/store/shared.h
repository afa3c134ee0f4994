/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shared - what the processes of a tree know together: how their stores are,
 * and what one of them found out that all may use
 *
 * The master maps it before it forks; a process on its own has one to itself
 * (ctx_open). All zeros is the beginning: everything is up, nobody is inside,
 * nothing is known. A pool has some 66 MiB of it, as far as it is used.
 *
 * Layer: store.  Uses: base (board, combine, memo, permits, shelf), breaker.
 */
#ifndef STORE_SHARED_H
#define STORE_SHARED_H

#include "base/board.h"
#include "base/combine.h"
#include "base/memo.h"
#include "base/permits.h"
#include "base/shelf.h"
#include "store/breaker.h"
#include "store/primary.h"

#define SHARED_CACHE_LINE 64
#define SHARED_GUESSES 4096

struct shared {
	/* A line each: one store's trouble does not slow the others. */
	_Alignas(SHARED_CACHE_LINE) struct breaker redis;
	_Alignas(SHARED_CACHE_LINE) struct breaker primary;
	_Alignas(SHARED_CACHE_LINE) struct breaker replica;
	_Alignas(SHARED_CACHE_LINE) struct breaker database_holds;
	/* db.h's: the newest PostgreSQL that accepts writes */
	_Alignas(SHARED_CACHE_LINE) struct primary_known newest;
	/* gate.h: who makes a hold in the database now, and how many were
	 * refused to */
	_Alignas(SHARED_CACHE_LINE) struct permits holds;
	atomic_llong n_holds_refused;
	/* lib/seat's: maps of performances, for a moment */
	struct board maps;
	/* fcgi-app's: the seats of halls, packed, and who packs now */
	struct shelf layouts;
	_Alignas(SHARED_CACHE_LINE) struct permits packing;
	/* lib/account's: the access tokens that were verified */
	_Alignas(SHARED_CACHE_LINE) struct memo tokens;
	/* lib/account's: guesses at passwords while Redis cannot count them */
	_Alignas(SHARED_CACHE_LINE) atomic_ullong guesses[SHARED_GUESSES];
	/* lib/payment's and lib/hold's: purchases by wallet, and rows of the
	 * journal, that one process writes for several (together.h) */
	_Alignas(SHARED_CACHE_LINE) struct combine purchases;
	_Alignas(SHARED_CACHE_LINE) struct combine journal;
};

#endif

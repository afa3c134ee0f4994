/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * price_list - what each price class costs, for each ticket type
 *
 * A version of a performance's price list never changes, so each worker reads
 * it once and keeps the last of them. Most lists have one type, whose prices
 * the terms have (catalog/terms.h): those are not read here at all.
 *
 * Layer: domain.  Uses: base, store, hall.
 */
#ifndef CATALOG_PRICE_LIST_H
#define CATALOG_PRICE_LIST_H

#include "catalog/hall.h"

#define PRICE_TYPES_MAX 16
#define PRICE_TYPE_CODE_MAX 64

struct ticket_type {
	int no; /* as holds have it; one code has one number in all lists of
	         * a performance. 0: the default */
	struct span code, name[N_LANGS];
	int min, max; /* of one hold that has any; 0: any number */
	bool needs_proof;
};

struct price_list {
	int n_types, n_classes;
	bool named; /* it says what its types are; else it has one, adult */
	const struct ticket_type *types; /* the default first */
	const int64_t *amounts; /* minor units: by class_no - 1 of the first
	                         * type, then of the next */
};

/* The list of one type, adult, at these prices. Memory: amounts' owner's. */
struct price_list price_list_plain(const int64_t *amounts, int n_classes);

/*
 * A version of a performance's list.
 *
 * memory:  *out is kept by the process, until 127 others have been asked for:
 *          more than a page of answers has
 * returns: 0; < 0 on a fault, also when there is no such list
 */
int price_list_get(struct ctx *ctx, int64_t performance, int64_t version,
    enum hall_from from, const struct price_list **out) MUST_CHECK;

/* The index of a type by its code (NONE: the default's, 0), or -1. */
int price_list_find(const struct price_list *list, struct span code);
/* A type by its number, or NULL; *at is its index. */
const struct ticket_type *price_list_type(const struct price_list *list,
    int64_t no, int *at);
/* What a class costs, minor units. type: an index; class_no: 1..n_classes. */
int64_t price_list_amount(const struct price_list *list, int type,
    int class_no);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * truth - whether Redis, claims, reservations and journal say the same
 *
 * Layer: tests.  Uses: seat, hold_record, house.
 */
#ifndef SUPPORT_TRUTH_H
#define SUPPORT_TRUTH_H

/*
 * Ends the test when, for the house's performance, once nothing is on its way,
 *  - a seat is in two reservations, or a reservation's seat is no claim of it;
 *  - a letter or an owner mark in Redis is not the claim's, or without a claim
 *    not that of a running hold;
 *  - a running hold has a seat that does not say so, or no row in the journal
 *    that runs, or a row runs without one;
 *  - a user's counts and holds in Redis are not those;
 *  - nobody would end a hold that runs.
 */
void truth_check(void);

#endif

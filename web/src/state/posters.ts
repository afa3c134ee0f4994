// SPDX-License-Identifier: BSD-2-Clause
//
// posters - those that are seen first
//
// Layer: state.

/** So many are seen at once, on a telephone. */
export const FIRST_POSTERS = 2;

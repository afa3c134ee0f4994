/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lang - the languages we speak
 *
 * Layer: base.  Uses: nothing.
 */
#ifndef BASE_LANG_H
#define BASE_LANG_H

/* Also the index of a text that is kept in every language. */
enum lang { LANG_KO, LANG_EN, N_LANGS };

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf_value - one setting's text into its field
 *
 * The part of conf that knows the types.
 *
 * Layer: base (private to conf).  Uses: conf.
 */
#ifndef BASE_CONF_VALUE_H
#define BASE_CONF_VALUE_H

#include "base/conf.h"

/*
 * Check v against row and write it.
 *
 * out:     settings  the row's field, written on success only
 * memory:  the answer lives as long as a
 * returns: NULL when v fits; otherwise what it has to be, the part of a
 *          sentence after "must be"
 */
const char *conf_set(struct arena *a, const struct conf_row *row, struct span v,
    char *settings) MUST_CHECK;
/* All settings as their rows preset them; a row that does not fit its own
 * field is a bug: abort. */
void conf_set_presets(struct arena *a, const struct conf_row *rows,
    char *settings, size_t settings_len);

#endif

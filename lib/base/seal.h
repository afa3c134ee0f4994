/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seal - a process that holds keys shows its memory to nobody
 *
 * Layer: base.
 */
#ifndef BASE_SEAL_H
#define BASE_SEAL_H

#include "base/base.h"

/*
 * To be called first in each program: no core file is written when it dies, and
 * nobody but root (with CAP_SYS_PTRACE) attaches to it or reads its memory.
 * Children by fork are the same; a program that is executed calls it again.
 *
 * A build with sanitizers stays open: their leak check attaches to the process.
 */
void seal_process(void);

#endif

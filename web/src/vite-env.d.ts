// SPDX-License-Identifier: BSD-2-Clause
//
// Files that are no code.
declare module "*.css";

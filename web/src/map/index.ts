// SPDX-License-Identifier: BSD-2-Clause
//
// map - the map itself, which a page loads when it first shows one
//
// Parts that need no canvas (filter, hall, pick, states, version) are imported
// by their names: what imports this file has all of the map in its bundle.
//
// Layer: map.
export { createHallMap } from "./hall_map";
export { prepare } from "./scene";
export type { HallMap, Pick, Picking, Zoom } from "./hall_map";
export type { Label } from "./scene";

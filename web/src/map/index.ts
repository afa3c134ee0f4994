// SPDX-License-Identifier: BSD-2-Clause
//
// map - what the page uses of it
//
// Layer: map.
export { createHallMap } from "./hall_map";
export type { HallMap, Hover, MapOptions, Pick, Picking, Why, Zoom } from "./hall_map";
export { legendOf, NO_FILTER, type Filter, type LegendRow } from "./filter";
export { hallOf, type Hall } from "./hall";
export { SHAPES, SIGNS } from "./look";
export { isFreeFor, KEPT_TYPES, pickAround, pickInstead, type Wish } from "./pick";
export { leavesLone } from "./rule";
export { SeatStates } from "./states";
export { isNewer } from "./version";

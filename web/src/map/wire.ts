// SPDX-License-Identifier: BSD-2-Clause
//
// wire - what the map reads of the API's answers
//
// Only the members that are used: a test makes no more than those.
//
// Layer: map.  Uses: api (types).
import type * as api from "../api/calls";

export type LayoutSection = Pick<
	api.Layout["sections"][number],
	"section_id" | "name" | "kind"
>;

export type LayoutClass = Pick<
	api.Layout["price_classes"][number],
	"id" | "name" | "price"
>;

export type Decoration = api.Layout["decorations"][number];

export type LayoutSeat = api.Seat;

export interface Layout {
	sections: readonly LayoutSection[];
	price_classes: readonly LayoutClass[];
	decorations: readonly Decoration[];
	seats: readonly LayoutSeat[];
	/** Neighbours in their order, by seat_id. */
	segments: readonly (readonly number[])[];
}

/** A letter a seat; the i-th from 0 is that of seat_id i + 1. */
export type SeatMap = Pick<api.SeatMap, "version" | "statuses">;

export type SeatChanges = api.SeatChanges;

/** What the feed's event `seats` says: {"A":[5,6],"sections":{"12":340}}. */
export type FeedSeats = Readonly<
	Record<string, readonly number[] | Readonly<Record<string, number>>>
>;

export type SeatRule = api.Performance["seat_rules"][number];

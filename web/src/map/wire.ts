// SPDX-License-Identifier: BSD-2-Clause
//
// wire - what the map reads of the API's answers
//
// Only the members that are used, so that whatever type the client has for an
// answer fits.
//
// Layer: map.

export interface LayoutSection {
	section_id: number;
	name: string;
	kind: "assigned" | "slot" | "counter";
	capacity: number;
}

export interface LayoutClass {
	id: number;
	name: string;
	price: number;
}

export interface Decoration {
	kind: "stage" | "exit" | "text";
	label: string;
	/** Of its upper left corner; y grows away from the stage. */
	x: number;
	y: number;
	width: number;
	height: number;
}

export interface LayoutSeat {
	seat_id: number;
	section_id: number;
	row: string;
	number: number;
	type: string;
	price_class: number;
	x: number;
	y: number;
}

export interface Layout {
	sections: readonly LayoutSection[];
	price_classes: readonly LayoutClass[];
	decorations: readonly Decoration[];
	seats: readonly LayoutSeat[];
	/** Neighbours in their order, by seat_id. */
	segments: readonly (readonly number[])[];
}

/** A letter a seat; the i-th from 0 is that of seat_id i + 1. */
export interface SeatMap {
	version: string;
	statuses: string;
}

export interface SeatChanges {
	version: string;
	changes: readonly { seat_id: number; status: string }[];
	sections?: readonly { section_id: number; remaining: number }[] | undefined;
}

/** What the feed's event `seats` says: {"A":[5,6],"sections":{"12":340}}. */
export type FeedSeats = Readonly<
	Record<string, readonly number[] | Readonly<Record<string, number>>>
>;

export type SeatRule = "no-lone-seat" | "accessible-last";

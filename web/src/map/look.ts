// SPDX-License-Identifier: BSD-2-Clause
//
// look - shapes and signs, so that no meaning hangs on a colour alone
//
// SVG path data in a box from -1 to 1.
//
// Layer: map.

/** Of the price classes, in their order; after the last the first again. */
export const SHAPES: readonly string[] = [
	"M-.66-.96H.66A.3.3 0 0 1 .96-.66V.66A.3.3 0 0 1 .66.96H-.66A.3.3 0 0 1-.96.66V-.66A.3.3 0 0 1-.66-.96Z",
	"M-1 0A1 1 0 0 1 1 0A1 1 0 0 1-1 0Z",
	"M-.55-.96H.55L1.04 0L.55.96H-.55L-1.04 0Z",
	"M-.7 .95A.25.25 0 0 1-.95.7V-.1A.95.86 0 0 1 .95-.1V.7A.25.25 0 0 1 .7.95Z",
	"M0-1.12L1.12 0L0 1.12L-1.12 0Z",
	"M-.42-.98H.42L.98-.42V.42L.42.98H-.42L-.98.42V-.42Z",
	"M-.7-.95A.25.25 0 0 0-.95-.7V.1A.95.86 0 0 0 .95.1V-.7A.25.25 0 0 0 .7-.95Z",
	"M-.95-.95H.35L.95-.35V.95H-.95Z",
];

/** The first of the shapes, filling its box. */
export const BLOCK = SHAPES[0]!;

/** Lines, drawn with round ends. */
export const SIGNS = {
	taken: "M-.5-.5L.5.5M.5-.5L-.5.5",
	check: "M-.5.05L-.12.42L.52-.38",
	wheelchair:
		"M-.18-.34V.1H.36L.6.62M-.36-.06A.46.46 0 1 0 .32.5M-.18-.72A.04.04 0 1 0-.17-.72",
	companion: "M0-.62A.05.05 0 1 0 .01-.62M-.42.62V.3A.42.42 0 0 1 .42.3V.62",
} as const;

export type Sign = keyof typeof SIGNS;

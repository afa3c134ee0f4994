// SPDX-License-Identifier: BSD-2-Clause
//
// theme - the colours of map.css, as they are at the moment
//
// Layer: map.

export const N_LOOKS = 8;

const NAMES = {
	back: "--map-back",
	panel: "--map-panel",
	edge: "--map-edge",
	ink: "--map-ink",
	inkSoft: "--map-ink-soft",
	card: "--map-card",
	taken: "--map-taken",
	takenInk: "--map-taken-ink",
	selected: "--map-selected",
	onSelected: "--map-on-selected",
	onClass: "--map-on-class",
	stage: "--map-stage",
	onStage: "--map-on-stage",
	focus: "--map-focus",
	lost: "--map-lost",
} as const;

export type Theme = Record<keyof typeof NAMES, string> & {
	classes: string[];
	font: string;
};

export function themeOf(element: Element): Theme {
	const style = getComputedStyle(element);
	const read = (name: string) =>
		style.getPropertyValue(name).trim() || "#808080";
	const named = Object.fromEntries(
		Object.entries(NAMES).map(([key, name]) => [key, read(name)]),
	) as Record<keyof typeof NAMES, string>;
	return {
		...named,
		classes: Array.from({ length: N_LOOKS }, (_, i) =>
			read(`--map-class-${i + 1}`),
		),
		font: style.fontFamily || "system-ui, sans-serif",
	};
}

const channels = (hex: string): number[] =>
	[1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** A part, 0..1, of the way from one colour to another; both #rrggbb. */
export function mixed(from: string, to: string, part: number): string {
	const a = channels(from);
	const b = channels(to);
	const hex = a.map((value, i) =>
		Math.round(value + (b[i]! - value) * part)
			.toString(16)
			.padStart(2, "0"),
	);
	return `#${hex.join("")}`;
}

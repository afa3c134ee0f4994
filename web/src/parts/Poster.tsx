// SPDX-License-Identifier: BSD-2-Clause
//
// Poster - a show's image; drawn here where it has none
//
// The drawing is made of the show's id and kind, so a show always looks the
// same: three inks on paper, one motif a kind.
//
// Layer: parts.  Uses: api (types).
import { useState, type ReactElement } from "react";
import type { Show } from "../api/calls";

/** paper, large shape, small shape, line */
const inks = [
	["#16324f", "#f2b134", "#ed553b", "#f7efe0"],
	["#7a1631", "#f6c5b0", "#f2784b", "#fff3e6"],
	["#123c36", "#e6c86e", "#7fb69a", "#f3f0e1"],
	["#2a2350", "#ef7fa3", "#f7c94b", "#f4eefc"],
	["#c6472a", "#f9d8a6", "#2b3a55", "#fff6e8"],
	["#1f4e5f", "#f4b6a6", "#79a8a9", "#f4f7f5"],
	["#33312e", "#d9a441", "#b5512f", "#f6f1e7"],
] as const;

type Motif = (show: Show, big: string, small: string, line: string) => ReactElement;

/** A number below of, another for each show and n. */
function turn(show: Show, n: number, of: number): number {
	let h = Math.imul(show.id * 31 + n, 0x9e3779b1);
	h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
	return (((h ^ (h >>> 13)) >>> 0) / 2 ** 32) * of;
}

const horizon: Motif = (show, big, small, line) => {
	const x = 70 + turn(show, 1, 160);
	return (
		<>
			<circle cx={x} cy={150} r={92} fill={big} />
			<path d={`M0 ${300 + turn(show, 2, 30)} Q 75 250 150 290 T 300 280 V 400 H 0 Z`} fill={small} />
			<path d={`M0 ${338 + turn(show, 3, 14)} Q 90 300 170 336 T 300 326 V 400 H 0 Z`} fill={line} opacity="0.9" />
			<circle cx={300 - x} cy={74} r={13} fill={line} />
		</>
	);
};

const roofs: Motif = (show, big, small, line) => (
	<>
		<circle cx={200 - turn(show, 1, 90)} cy={120} r={74} fill={line} />
		<circle cx={232 - turn(show, 1, 90)} cy={102} r={66} fill={big} />
		{[0, 1, 2, 3, 4].map((i) => {
			const top = 220 + turn(show, i + 2, 90);
			return <path key={i} d={`M${i * 62 - 8} 400 V${top + 34} L${i * 62 + 24} ${top} L${i * 62 + 56} ${top + 34} V400 Z`} fill={i % 2 === 0 ? small : line} opacity={i % 2 === 0 ? 1 : 0.85} />;
		})}
	</>
);

const waves: Motif = (show, big, small, line) => (
	<>
		<path d="M70 240 C 90 120 240 120 250 214 C 270 190 286 196 292 176 C 300 220 280 252 246 256 Z" fill={big} />
		<circle cx="116" cy="206" r="6" fill={line} />
		{[0, 1, 2, 3].map((i) => (
			<path key={i} d={`M-20 ${268 + i * 36 + turn(show, i, 10)} q 40 -26 80 0 t 80 0 t 80 0 t 80 0 V420 H-20 Z`} fill={[small, line, big, small][i]} opacity={0.95 - i * 0.06} />
		))}
	</>
);

const road: Motif = (show, big, small, line) => (
	<>
		<path d="M0 236 H300 V400 H0 Z" fill={small} />
		<path d="M132 236 H168 L250 400 H50 Z" fill={big} />
		{[0, 1, 2].map((i) => <path key={i} d={`M${149 - i} ${256 + i * 48} h${2 + i * 2} l${3 + i} 26 h-${8 + i * 4} Z`} fill={line} />)}
		<rect x={196} y={126} width="12" height="130" fill={line} />
		<rect x={172} y={96} width="60" height="42" rx="8" fill={line} />
		<circle cx={60 + turn(show, 1, 60)} cy={98} r={34} fill={big} />
	</>
);

const films = [horizon, roofs, waves, road] as const;
const movie: Motif = (show, ...colours) =>
	(films[(show.id - 1) % films.length] ?? horizon)(show, ...colours);

const concert: Motif = (show, big, small, line) => {
	const lean = 250 + turn(show, 1, 80);
	return (
		<>
			{[170, 134, 98, 62, 26].map((r, i) => (
				<circle key={r} cx="150" cy={lean} r={r} fill="none" stroke={[big, line, small, big, line][i]} strokeWidth={16 - i} />
			))}
			<path d={`M0 ${lean} H300 V400 H0 Z`} fill={small} />
			{[40, 95, 150, 205, 260].map((x, i) => (
				<rect key={x} x={x - 5} y={lean - 8 - turn(show, i + 2, 40)} width="10" height="160" rx="5" fill={line} />
			))}
		</>
	);
};

const play: Motif = (show, big, small, line) => (
	<>
		{[0, 1, 2, 3, 4].map((i) => (
			<path key={i} d={`M${i * 34 - 20} 0 Q ${i * 26 + 30} 200 ${i * 16 - 20} 400 H ${i * 34 - 90} V0 Z`} fill={i % 2 === 0 ? big : small} opacity="0.95" />
		))}
		{[0, 1, 2, 3, 4].map((i) => (
			<path key={i} d={`M${320 - i * 34} 0 Q ${270 - i * 26} 200 ${320 - i * 16} 400 H ${390 - i * 34} V0 Z`} fill={i % 2 === 0 ? big : small} opacity="0.95" />
		))}
		<circle cx={150} cy={220 + turn(show, 1, 40)} r="46" fill={line} />
		<path d="M92 400 L128 250 H172 L208 400 Z" fill={line} opacity="0.55" />
	</>
);

const sport: Motif = (show, big, small, line) => (
	<>
		<rect x="-40" y={120} width="400" height="90" fill={big} transform={`rotate(${-18 + turn(show, 1, 10)} 150 200)`} />
		<rect x="-40" y={230} width="400" height="34" fill={small} transform={`rotate(${-18 + turn(show, 1, 10)} 150 200)`} />
		<circle cx={210} cy={110} r="52" fill={line} />
	</>
);

const motifs: Record<Show["kind"], Motif> = { movie, concert, play, sport };

function Drawn({ show }: { show: Show }) {
	const [paper, big, small, line] = inks[show.id % inks.length] ?? inks[0];
	return (
		<svg viewBox="0 0 300 400" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
			<rect width="300" height="400" fill={paper} />
			{motifs[show.kind](show, big, small, line)}
		</svg>
	);
}

/** first: one of those that are seen at once. */
export function Poster({ show, first = false }: { show: Show; first?: boolean }) {
	const [broken, breaks] = useState(false);
	const how = first ? ({ fetchPriority: "high" } as const) : ({ loading: "lazy" } as const);
	return (
		<span className="poster">
			{show.poster_url === null || broken ? (
				<Drawn show={show} />
			) : (
				<img {...how} width="300" height="400" src={show.poster_url} alt="" onError={() => breaks(true)} />
			)}
		</span>
	);
}

// SPDX-License-Identifier: BSD-2-Clause
//
// chime - two notes, for who looks elsewhere
//
// Browsers let a page sound only after something was pressed in it: chime once
// when it is switched on, and it will sound later.
//
// Layer: state.
const NOTES_HZ = [659, 880] as const;
const NOTE_S = 0.28;

let sound: AudioContext | undefined;

export function chime(): void {
	sound ??= new AudioContext();
	void sound.resume();
	for (const [i, hz] of NOTES_HZ.entries()) {
		const from = sound.currentTime + i * NOTE_S;
		const note = sound.createOscillator();
		const loud = sound.createGain();
		note.frequency.value = hz;
		loud.gain.setValueAtTime(0.25, from);
		loud.gain.exponentialRampToValueAtTime(0.001, from + 2 * NOTE_S);
		note.connect(loud).connect(sound.destination);
		note.start(from);
		note.stop(from + 2 * NOTE_S);
	}
}

/** Times and lengths as digits, shared by the languages. Pure. */

const clockFromMs = 120_000;

/** `10`, `2.5`: seconds with at most one decimal. */
const secondsOf = (durationMs: number): string => String(Math.round(durationMs / 100) / 10);

/** `2:05`, `1:00:00`: for what would be a long number of seconds. */
export function clockOf(timeMs: number): string {
  const seconds = Math.round(timeMs / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = String(rest).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** `0-10s`, `0-10秒`; from two minutes on `0:00-2:05`. */
export const rangeOf = (startMs: number, endMs: number, unit: string): string =>
  endMs < clockFromMs
    ? `${secondsOf(startMs)}-${secondsOf(endMs)}${unit}`
    : `${clockOf(startMs)}-${clockOf(endMs)}`;

/** `8s`, `8秒`; from two minutes on `2:05`. */
export const lengthOf = (durationMs: number, unit: string): string =>
  durationMs < clockFromMs ? `${secondsOf(durationMs)}${unit}` : clockOf(durationMs);

/** Times in words: of messages, and Discord's timestamp marks. Pure. */

const styles: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
};

const relativeUnits: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** Times in one language. Making a formatter is slow and a page shows hundreds of times, so make this once per language. */
export type Times = {
  clock: (atMs: number) => string;
  withSeconds: (atMs: number) => string;
  day: (atMs: number) => string;
  full: (atMs: number) => string;
  /** A `<t:seconds:style>` as its reader sees it now. */
  mark: (mark: { seconds: number; style: string }, nowMs: number) => string;
};

export function createTimes(locale: string): Times {
  const formatters = new Map(
    Object.entries(styles).map(([style, options]) => [style, new Intl.DateTimeFormat(locale, options)]),
  );
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const format = (style: string, atMs: number): string =>
    (formatters.get(style) ?? formatters.get('f'))?.format(atMs) ?? '';
  return {
    clock: (atMs) => format('t', atMs),
    withSeconds: (atMs) => format('T', atMs),
    day: (atMs) => format('D', atMs),
    full: (atMs) => format('F', atMs),
    mark: ({ seconds, style }, nowMs) =>
      style === 'R' ? formatRelative(seconds - nowMs / 1000, relative) : format(style, seconds * 1000),
  };
}

function formatRelative(seconds: number, relative: Intl.RelativeTimeFormat): string {
  const [unit, length] = relativeUnits.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return relative.format(unit === 'second' ? Math.round(seconds) : Math.trunc(seconds / length), unit);
}

const sizeUnits: readonly [string, number][] = [
  ['MB', 1024 * 1024],
  ['KB', 1024],
  ['B', 1],
];

/** Bytes as Discord writes them. */
export function formatSize(sizeBytes: number): string {
  const [unit, length] = sizeUnits.find(([, length]) => sizeBytes >= length) ?? ['B', 1];
  const count = sizeBytes / length;
  return `${unit === 'B' ? count : count.toFixed(count < 10 ? 2 : 1)} ${unit}`;
}

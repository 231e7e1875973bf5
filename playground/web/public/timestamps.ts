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

/** A `<t:seconds:style>` as its reader sees it now. */
export function formatTimestamp(
  mark: { seconds: number; style: string },
  reader: { nowMs: number; locale: string },
): string {
  if (mark.style === 'R') return formatRelative(mark.seconds - reader.nowMs / 1000, reader.locale);
  return new Intl.DateTimeFormat(reader.locale, styles[mark.style] ?? styles['f']).format(
    mark.seconds * 1000,
  );
}

function formatRelative(seconds: number, locale: string): string {
  const [unit, length] = relativeUnits.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  const count = unit === 'second' ? Math.round(seconds) : Math.trunc(seconds / length);
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(count, unit);
}

export const formatClock = (atMs: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(atMs);

export const formatSeconds = (atMs: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }).format(atMs);

export const formatDay = (atMs: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(atMs);

export const formatFull = (atMs: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' }).format(atMs);

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

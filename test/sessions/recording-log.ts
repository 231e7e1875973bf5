/** A log that keeps its lines for a test to read. */
import type { Log } from '../../src/ports/log.ts';

export type Line = {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
};

export const createRecordingLog = (lines: Line[] = []): Log & { readonly lines: readonly Line[] } => {
  const write =
    (level: Line['level']) =>
    (fields: Readonly<Record<string, unknown>>, message: string): void => {
      lines.push({ level, fields, message });
    };
  return {
    lines,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => createRecordingLog(lines),
  };
};

/** A log that keeps its lines for a test to read. */
import type { Log } from '../../src/ports/log.ts';

export type LogLine = {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
};

export const createLogRecorder = (): { log: Log; lines: LogLine[] } => {
  const lines: LogLine[] = [];
  const logWith = (more: LogLine['fields']): Log => {
    const at =
      (level: LogLine['level']) =>
      (fields: LogLine['fields'], message: string): void => {
        lines.push({ level, fields: { ...more, ...fields }, message });
      };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: (fields) => logWith({ ...more, ...fields }),
    };
  };
  return { log: logWith({}), lines };
};

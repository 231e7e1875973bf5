/** The log: one line of JSON per state change. The only file that knows pino. */
import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';
import type { Log } from './ports/log.ts';
import { createMask, redactFields } from './redaction.ts';

type LogOptions = {
  readonly level: Config['logLevel'];
  /** Values that never appear, wherever they turn up (tokens, keys). */
  readonly secrets: readonly (string | null)[];
  /** Where lines go; the process's own output unless a test reads them. */
  readonly write?: (line: string) => void;
};

const toOutput = (line: string): void => void process.stdout.write(line);

/** pino formats the fields of a line, but not those that a child brings along. */
const asLog = (logger: Logger): Log => ({
  debug: (fields, message) => logger.debug(fields, message),
  info: (fields, message) => logger.info(fields, message),
  warn: (fields, message) => logger.warn(fields, message),
  error: (fields, message) => logger.error(fields, message),
  child: (fields) => asLog(logger.child(redactFields({ ...fields }))),
});

/** Secrets are left out by field, by value and by shape (redaction.ts); errors come with their causes, whatever their field is called. */
export const createLog = ({ level, secrets, write = toOutput }: LogOptions): Log => {
  const mask = createMask(secrets);
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Errors are read by `redactFields` already.
      serializers: { err: (err: unknown) => err },
      formatters: { log: redactFields },
    },
    { write: (line: string) => write(mask(line)) },
  );
  return asLog(logger);
};

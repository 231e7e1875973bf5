/** What a room may write to the log: one line per state change, fields first. Redaction is the logger's business. */

type Fields = Readonly<Record<string, unknown>>;

export type Log = {
  debug(fields: Fields, message: string): void;
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
  /** A logger that adds these fields to every line. */
  child(fields: Fields): Log;
};

/** For tools whose own output says what there is to say. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
};

/** The log: one line of JSON per state change. The only file that knows pino. */
import { pino } from 'pino';
import type { Config } from './config.ts';
import type { Log } from './ports/log.ts';

/** Fields that never appear, at the top or one level down, whoever logs them. */
const secretPaths = ['token', 'authorization', 'clientId', 'headers', 'requestBody'];

type LogOptions = {
  readonly level: Config['logLevel'];
  /** Values that never appear, wherever they turn up (tokens, keys). */
  readonly secrets: readonly (string | null)[];
};

/** Replaces every known secret in a finished line. */
const createMask = (secrets: LogOptions['secrets']): ((line: string) => string) => {
  const known = secrets.filter((secret): secret is string => secret !== null && secret.length >= 8);
  return (line) => known.reduce((text, secret) => text.replaceAll(secret, '[secret]'), line);
};

export const createLog = ({ level, secrets }: LogOptions): Log => {
  const mask = createMask(secrets);
  const destination = { write: (line: string) => void process.stdout.write(mask(line)) };
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretPaths.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
    },
    destination,
  );
};

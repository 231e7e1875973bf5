/** `npm run playground`: reads the command line, starts the playground, says where it is, ends it with Ctrl-C. */
import { parseArgs } from 'node:util';
import { createPlayground } from './playground.ts';

const help = `Makevideo playground: the real bot, with Discord and NemoVideo played by this machine.

Usage: npm run playground [-- OPTIONS]

  --port NUMBER     port of the page (default: PLAYGROUND_PORT, or a free one)
  --speed NUMBER    how much faster than life time goes at first (default 1)
  --anonymous       give the bot no NEMO_TOKEN: each person gets a free account with 100 credits
  --film-size PX    longer side of the films (default 1280; smaller renders faster)
  --help            this text

Nothing leaves this machine, no account is needed, and nothing stays behind when it ends.
`;

const wrongUsage = 64;

type Wishes = { port: number; speed: number; isAnonymous: boolean; filmLongEdgePx: number };

function readWishes(): Wishes | 'help' {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env['PLAYGROUND_PORT'] ?? '0' },
      speed: { type: 'string', default: '1' },
      anonymous: { type: 'boolean', default: false },
      'film-size': { type: 'string', default: '1280' },
      help: { type: 'boolean', default: false, short: 'h' },
    },
  });
  if (values.help) return 'help';
  return {
    port: numberWithin('--port', values.port, [0, 65_535]),
    speed: numberWithin('--speed', values.speed, [0.1, 1000]),
    isAnonymous: values.anonymous,
    filmLongEdgePx: numberWithin('--film-size', values['film-size'], [160, 1920]),
  };
}

function numberWithin(name: string, text: string, [least, most]: readonly [number, number]): number {
  const number = Number(text === '' ? '0' : text);
  if (Number.isFinite(number) && number >= least && number <= most) return number;
  throw new TypeError(`${name} takes a number from ${least} to ${most}, not "${text}".`);
}

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const complain = (error: unknown): void => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
};

async function run(wishes: Wishes): Promise<void> {
  const playground = await createPlayground({ ...wishes, onError: complain });
  print(`\n  Makevideo playground: ${playground.url}\n  Ctrl-C ends it.\n`);
  let isEnding = false;
  const end = async (): Promise<void> => {
    // A second Ctrl-C is impatience: the bot gets no more time.
    if (isEnding) return playground.bot.kill();
    isEnding = true;
    print('Ending…');
    await playground.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      end().catch(complain);
    });
  }
}

/** Type stripping of the page's files is what Node does for this very program too; its notice would only puzzle. */
function silenceStrippingNotice(): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`);
  });
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

silenceStrippingNotice();
try {
  const wishes = readWishes();
  if (wishes === 'help') print(help);
  else await run(wishes);
} catch (error) {
  if (isTaken(error)) process.stderr.write('This port is taken. Choose another one with --port.\n');
  else if (error instanceof TypeError)
    process.stderr.write(`${error.message}\nTry: npm run playground -- --help\n`);
  else complain(error);
  process.exitCode = error instanceof TypeError ? wrongUsage : 1;
}

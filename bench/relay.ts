/** `node bench/relay.ts`: every size with every bot, one line of JSON each; `node bench/relay.ts makevideo 100 30` one run. */
import { runOnce, type Subject } from './relay/run.ts';

const subjects: readonly Subject[] = ['makevideo', 'each-second', 'each-chunk'];
const sizes = [1, 10, 100, 300, 1_000];
const seconds = 30;
/** At this size most turns are seen once in thirty seconds; longer ones show what lasts. */
const steady = { turns: 1_000, seconds: 120 };

const isSubject = (name: string | undefined): name is Subject => subjects.some((known) => known === name);

const print = async (options: Parameters<typeof runOnce>[0]): Promise<void> => {
  process.stdout.write(`${JSON.stringify(await runOnce(options))}\n`);
};

const [subject, turns, length] = process.argv.slice(2);
if (isSubject(subject)) {
  await print({ subject, turns: Number(turns), seconds: Number(length ?? seconds) });
} else {
  for (const size of sizes) for (const name of subjects) await print({ subject: name, turns: size, seconds });
  await print({ subject: 'makevideo', ...steady });
}
process.exit();

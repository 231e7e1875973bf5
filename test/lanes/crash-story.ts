/** What a process does that runs lanes and dies somewhere, whatever they are built on. Loaded by children, so it knows no test runner. */
import type { LaneEntry, Lanes } from '../../src/ports/lanes.ts';

type Teller = { readonly say: (line: string) => void; readonly settle: () => Promise<void> };

/** Two lanes, five entries, one of which is taken back. `step` is called where a process may die; so it does between. */
export const tellStory = async (lanes: Lanes, step: () => void, { say, settle }: Teller): Promise<void> => {
  const add = async (id: string, lane: string): Promise<void> => {
    await lanes.add({ id, lane, kind: 'turn' });
    say(`added ${id}`);
  };
  const run = async ({ id }: LaneEntry): Promise<void> => {
    say(`begins ${id}`);
    step();
    await settle();
    say(`ends ${id}`);
    step();
  };
  await add('a1', 'a');
  await add('a2', 'a');
  await add('b1', 'b');
  await lanes.start(run);
  await add('a3', 'a');
  await add('b2', 'b');
  say('withdraws b2');
  if (await lanes.withdraw('b2')) say('withdrawn b2');
  while ((await lanes.unfinished('a')).length + (await lanes.unfinished('b')).length > 0) await settle();
  await lanes.stop(0);
};

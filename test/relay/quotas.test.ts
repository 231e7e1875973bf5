/** Limits when several processes let requests in on one store: the real PostgreSQL, two connections, no memory in common. */
import { expect, it, onTestFinished } from 'vitest';
import { createQuotas, type Quotas } from '../../src/relay/intake/quotas.ts';
import { openSessions } from '../../src/sessions/open.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { realClock } from '../sessions/real-clock.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';

const limits = { atOncePerPerson: 2, atOncePerServer: 5, aDayPerPerson: 10 };
const people = ['a', 'b', 'c', 'd'];

const openProcess = async (storeUrl: string): Promise<Quotas> => {
  const sessions = await openSessions({
    storeUrl,
    storeSecret: 'sixteen letters and more',
    clock: realClock,
    log: createRecordingLog(),
    onLeaseLost: () => undefined,
  });
  onTestFinished(() => sessions.close());
  const { store, exclusively } = sessions;
  return createQuotas({ store, exclusively, clock: realClock });
};

it('two processes together never let in more than the limits', async () => {
  const storeUrl = await freshDatabase();
  const processes = [await openProcess(storeUrl), await openProcess(storeUrl)];
  const asked = await Promise.all(
    Array.from({ length: 24 }, async (_, at) => {
      const personId = people[at % people.length] ?? '';
      const request = { eventId: `${at}`, guildId: 'g', personId, lane: null };
      return { personId, refusal: await processes[at % processes.length]?.take(request, limits) };
    }),
  );
  const admitted = asked.filter(({ refusal }) => refusal === null);
  expect(admitted).toHaveLength(5);
  for (const id of people) {
    expect(admitted.filter(({ personId }) => personId === id).length).toBeLessThanOrEqual(2);
  }
});

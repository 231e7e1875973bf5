/** What leases, signals and exclusion must do, whatever they are built on. */
import { describe, expect, it } from 'vitest';
import type { Exclusively, Leases } from '../../src/ports/leases.ts';
import type { Signal, Signals } from '../../src/ports/signals.ts';

export type ClusterUnderTest = {
  readonly leases: Leases;
  readonly signals: Signals;
  readonly exclusively: Exclusively;
};

const ignoreLoss = { onLost: (): void => undefined };
const patient = new AbortController().signal;

const leaseContract = (open: () => Promise<readonly [ClusterUnderTest, ClusterUnderTest]>): void => {
  describe('leases', () => {
    it('are held by one, and refused to everybody else until they are given back', async () => {
      const [one, other] = await open();
      const first = await one.leases.take('shard 0', ignoreLoss);
      const refused = other.leases.take('shard 0', ignoreLoss);
      await expect(refused).rejects.toMatchObject({ name: 'StoreError', kind: 'locked' });
      await expect(one.leases.take('shard 0', ignoreLoss)).rejects.toMatchObject({ kind: 'locked' });
      await first.release();
      await first.release();
      const second = await other.leases.take('shard 0', ignoreLoss);
      expect(second.fence).toBeGreaterThan(first.fence);
      await second.release();
    });

    it('do not touch each other', async () => {
      const [one, other] = await open();
      const leases = await Promise.all([
        one.leases.take('shard 0', ignoreLoss),
        other.leases.take('shard 1', ignoreLoss),
      ]);
      await leases[0].release();
      await expect(one.leases.take('shard 1', ignoreLoss)).rejects.toMatchObject({ kind: 'locked' });
      await leases[1].release();
    });

    it('go to one of many who ask at once', async () => {
      const [one, other] = await open();
      const asked = Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? one : other).leases.take('shard 0', ignoreLoss),
      );
      const answers = await Promise.allSettled(asked);
      const winners = answers.filter((answer) => answer.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      await Promise.all(winners.map(({ value }) => value.release()));
    });
  });
};

const signalContract = (open: () => Promise<readonly [ClusterUnderTest, ClusterUnderTest]>): void => {
  describe('signals', () => {
    it('are heard by every process, the sender too, in their order, until it listens no more', async () => {
      const [one, other] = await open();
      const heardByOne: Signal[] = [];
      const heardByOther: Signal[] = [];
      one.signals.onSignal((signal) => heardByOne.push(signal));
      const leave = other.signals.onSignal((signal) => heardByOther.push(signal));
      const sent: Signal[] = [
        { kind: 'wish', turnId: 't1', threadId: '故事' },
        { kind: 'queued', threadId: 'b' },
      ];
      for (const signal of sent) await one.signals.send(signal);
      await expect.poll(() => [heardByOne, heardByOther]).toEqual([sent, sent]);
      leave();
      await other.signals.send({ kind: 'queued', threadId: 'c' });
      await expect.poll(() => heardByOne).toHaveLength(3);
      expect(heardByOther).toEqual(sent);
    });
  });
};

const exclusionContract = (open: () => Promise<readonly [ClusterUnderTest, ClusterUnderTest]>): void => {
  describe('exclusion', () => {
    it('lets one at a time work under a name, in the whole cluster', async () => {
      const [one, other] = await open();
      const working = { now: 0, most: 0 };
      const work = async (): Promise<void> => {
        working.now += 1;
        working.most = Math.max(working.most, working.now);
        await new Promise(setImmediate);
        working.now -= 1;
      };
      const all = [one, other, one, other, one].map(({ exclusively }) =>
        exclusively('account 1', patient, work),
      );
      await Promise.all(all);
      expect(working).toEqual({ now: 0, most: 1 });
    });

    it('gives back what the work gives, and goes on after one that fails', async () => {
      const [one, other] = await open();
      const failing = one.exclusively('account 1', patient, async () => {
        throw new TypeError('a bug');
      });
      await expect(failing).rejects.toThrow('a bug');
      expect(await other.exclusively('account 1', patient, async () => 'done')).toBe('done');
    });

    it('keeps names apart', async () => {
      const [one, other] = await open();
      const inner = () => other.exclusively('account 2', patient, async () => 'both');
      expect(await one.exclusively('account 1', patient, inner)).toBe('both');
    });

    it('lets go of whoever gives up waiting, and of nobody else', async () => {
      const [one, other] = await open();
      const { promise: over, resolve: end } = Promise.withResolvers<void>();
      const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
      const first = one.exclusively('account 1', patient, async () => {
        begin();
        await over;
        return 'first';
      });
      await begun;
      const giving = new AbortController();
      const second = other.exclusively('account 1', giving.signal, async () => 'second');
      const third = other.exclusively('account 1', patient, async () => 'third');
      giving.abort(new Error('no patience'));
      await expect(second).rejects.toThrow('no patience');
      end();
      expect(await Promise.all([first, third])).toEqual(['first', 'third']);
    });
  });
};

/** `open`: two processes of a cluster; the same one twice where there is only one. */
export const clusterContract = (
  name: string,
  open: () => Promise<readonly [ClusterUnderTest, ClusterUnderTest]>,
): void => {
  describe(`cluster contract: ${name}`, () => {
    leaseContract(open);
    signalContract(open);
    exclusionContract(open);
  });
};

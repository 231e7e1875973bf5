/** The id that a person is shown when only the operator can explain a failure leads to the log line that does. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { nemoError, openStage, type Stage } from '../relay/stage.ts';

const open = async (streams: Parameters<typeof openStage>[0]['script']['streams']): Promise<Stage> => {
  const stage = await openStage({ script: { streams: streams ?? [] } });
  onTestFinished(() => stage.close());
  return stage;
};

const shownReference = (stage: Stage): string | null => {
  const texts = stage.chat.messages.map(stage.chat.newest);
  return texts.flatMap((text) => /operator: (\S+?)\)/u.exec(text)?.[1] ?? [])[0] ?? null;
};

async function* refused(kind: 'unknown' | 'requestRejected') {
  yield* [];
  throw nemoError('refused', kind);
}

async function* broken() {
  yield* [];
  throw new TypeError('a bug of ours');
}

describe('the id that a person was shown', () => {
  it.each([
    ['a refusal that nobody knows', () => refused('unknown'), 'warn'],
    ['a request that NemoVideo did not understand', () => refused('requestRejected'), 'warn'],
    ['a bug', broken, 'error'],
  ] as const)(
    'after %s is in the line of the failure, with thread and cause',
    async (_name, stream, level) => {
      const stage = await open([stream]);
      await stage.say('make a film of this');
      await stage.until(() => shownReference(stage) !== null);
      const line = stage.log.lines.find(({ message }) => message === 'the turn failed');
      expect(line).toMatchObject({
        level,
        fields: { turnId: shownReference(stage), threadId: 'dm', err: expect.any(Error) },
      });
    },
  );
});

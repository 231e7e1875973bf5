/** A turn whose status message becomes an hour old: Discord hardly lets such a message be edited (30046), so a new one takes its place. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { ChatError } from '../../src/ports/chat.ts';
import { openStage, type Stage, saying, snapshotOf, words } from './stage.ts';

const minuteMs = 60_000;
const rendering = { status: 'processing', progress: 40, url: null } as const;
const ready = { status: 'completed', progress: 100, url: 'https://cdn.example.com/v.mp4' } as const;

/** As Discord is: what was posted an hour ago is not edited any more. */
const refuseOldEdits = ({ chat: { chat }, clock }: Stage): void => {
  const [createMessage, editMessage] = [chat.createMessage.bind(chat), chat.editMessage.bind(chat)];
  const postedAtMs = new Map<string, number>();
  chat.createMessage = async (...given) => {
    const at = await createMessage(...given);
    if (!postedAtMs.has(at.messageId)) postedAtMs.set(at.messageId, clock.nowMs());
    return at;
  };
  chat.editMessage = async (at, ...given) => {
    const ageMs = clock.nowMs() - (postedAtMs.get(at.messageId) ?? 0);
    if (ageMs > 59 * minuteMs) throw new ChatError('tooOld', { message: 'The message is too old to edit.' });
    return editMessage(at, ...given);
  };
};

describe('a render of two hours and a half', () => {
  it('is told of in one message at a time, never in one that is too old, and the last one stays', async () => {
    const stage = await openStage({
      script: {
        streams: [() => saying(words('Made.'))],
        snapshots: [snapshotOf(null), snapshotOf('city')],
        renders: [...Array.from({ length: 82 }, () => rendering), ready],
      },
    });
    onTestFinished(() => stage.close());
    refuseOldEdits(stage);
    const beganAtMs = stage.clock.nowMs();
    const standing = (part: string) =>
      stage.chat.messages.filter((shown) => !shown.isDeleted && stage.chat.newest(shown).includes(part));
    await stage.say('make a film of the city');
    await stage.until(() => standing('Your video is ready').length > 0, 3 * 60 * minuteMs);
    await stage.until(() => standing('Your video is below').length > 0);
    expect(stage.clock.nowMs() - beganAtMs).toBeGreaterThan(140 * minuteMs);
    expect(standing('Made.')).toHaveLength(1);
    const statuses = stage.chat.messages.filter(({ versions }) =>
      versions.some(({ text }) => text.includes('Made.')),
    );
    expect(statuses.map(({ isDeleted }) => isDeleted)).toEqual([true, true, false]);
    // Whoever takes the turn up after a restart goes on in the newest one.
    const turn = await stage.store.turns.get('t1001');
    expect(turn?.statusMessages.map(({ messageId }) => messageId)).toEqual([statuses[2]?.messageId]);
  });
});

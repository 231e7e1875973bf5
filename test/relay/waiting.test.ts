/** The message of a request that waits: changed, it is another request; deleted, it is none. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { messagesFor } from '../../src/core/messages/messages.ts';
import type { BackendEvent } from '../../src/core/turn.ts';
import type { IncomingMessage } from '../../src/ports/chat.ts';
import { openStage, person, type Stage, saying, snapshotOf, words } from './stage.ts';

const messages = messagesFor('en');

type Line = { readonly stage: Stage; readonly endFirst: () => void };

/** Says three things: the first runs until `endFirst`, the others wait. Their messages are 1001 to 1003. */
const openLine = async (): Promise<Line> => {
  const gate = Promise.withResolvers<void>();
  async function* first(): AsyncIterable<BackendEvent> {
    yield words('Working on it.');
    await gate.promise;
  }
  const stage = await openStage({
    script: {
      streams: [first, () => saying(words('Second done.')), () => saying(words('Third done.'))],
      snapshots: [snapshotOf('a')],
    },
  });
  onTestFinished(() => stage.close());
  await stage.say('make a film');
  await stage.until(shows(stage, 'Working on it.'));
  await stage.say('make the title red');
  await stage.say('add a piano');
  await stage.until(shows(stage, messages.queued(2)));
  return { stage, endFirst: gate.resolve };
};

const texts = (stage: Stage): readonly string[] => stage.chat.messages.map(stage.chat.newest);
const shows = (stage: Stage, part: string) => (): boolean => texts(stage).some((text) => text.includes(part));

const edit = (stage: Stage, messageId: string, changes: Partial<IncomingMessage>): Promise<void> =>
  stage.relay.onMessageEdited({
    channelId: 'dm',
    messageId,
    read: async () => ({
      messageId,
      place: { kind: 'dm', channelId: 'dm', parentChannelId: null, guildId: null, missing: [] },
      person,
      text: '',
      attachments: [],
      mentionsBot: false,
      isTextWithheld: false,
      createdAtMs: 0,
      ...changes,
    }),
  });

const instructionOf = async (stage: Stage, messageId: string) =>
  (await stage.store.turns.get(`t${messageId}`))?.instruction;

describe('editing the message of a waiting request', () => {
  it('changes what will be done, says so, and keeps its place', async () => {
    const { stage, endFirst } = await openLine();
    await edit(stage, '1002', { text: 'make the title blue' });
    await stage.until(shows(stage, messages.note.wordsChanged));
    expect(texts(stage)[1]).toBe(`${messages.note.wordsChanged}\n\n${messages.queued(1)}`);
    endFirst();
    await stage.until(shows(stage, 'Third done.'));
    expect(await instructionOf(stage, '1002')).toBe('make the title blue');
    expect(texts(stage)[1]).toBe('Second done.');
    expect(stage.sent).toEqual(['make a film', 'make the title blue', 'add a piano']);
  });

  it('takes the last of several changes, also back to the first words', async () => {
    const { stage, endFirst } = await openLine();
    await edit(stage, '1002', { text: 'make the title blue' });
    await edit(stage, '1002', { text: 'make the title red' });
    endFirst();
    await stage.until(shows(stage, 'Third done.'));
    expect(stage.sent[1]).toBe('make the title red');
  });

  it('may make a question of it that costs nothing', async () => {
    const { stage, endFirst } = await openLine();
    await edit(stage, '1002', { text: 'credits' });
    endFirst();
    await stage.until(shows(stage, 'credits left'));
    await stage.until(() => stage.sent.length === 2);
    expect(stage.sent).toEqual(['make a film', 'add a piano']);
  });

  it.each([
    ['nobody else can', { person: { ...person, id: '99' }, text: 'something else' }],
    ['words that the platform withholds do not', { text: '', isTextWithheld: true }],
    ['a preview of a link does not', { text: 'make the title red' }],
  ])('%s', async (_name, changes) => {
    const { stage } = await openLine();
    await edit(stage, '1002', changes);
    expect(await stage.store.wishes.get('t1002')).toBeNull();
    expect(await instructionOf(stage, '1002')).toBe('make the title red');
  });

  it('changes nothing once the request has begun, or is over, and says nothing', async () => {
    const { stage, endFirst } = await openLine();
    const before = texts(stage);
    await edit(stage, '1001', { text: 'something else' });
    await stage.clock.advance(5_000);
    expect(texts(stage)).toEqual(before);
    endFirst();
    await stage.until(shows(stage, 'Third done.'));
    await edit(stage, '1002', { text: 'something else' });
    expect(stage.sent).toHaveLength(3);
    expect(await stage.store.wishes.get('t1002')).toBeNull();
  });

  it('leaves messages alone that are no request, and other places', async () => {
    const { stage } = await openLine();
    await edit(stage, '555', { text: 'hello' });
    await stage.relay.onMessageEdited({
      channelId: 'elsewhere',
      messageId: '1002',
      read: () => Promise.reject(new Error('is not read')),
    });
    expect(await stage.store.wishes.get('t1002')).toBeNull();
  });
});

describe('deleting the message of a waiting request', () => {
  it('takes it back, says so, and lets the next one move up', async () => {
    const { stage, endFirst } = await openLine();
    await stage.relay.onMessageDeleted({ channelId: 'dm', messageId: '1002' });
    await stage.until(shows(stage, messages.takenBack));
    expect(texts(stage)[1]).toBe(messages.takenBack);
    await stage.until(() => texts(stage)[2] === messages.queued(1));
    endFirst();
    await stage.until(() => stage.sent.length === 2);
    expect(stage.sent).toEqual(['make a film', 'add a piano']);
  });

  it('does not stop one that has begun', async () => {
    const { stage, endFirst } = await openLine();
    await stage.relay.onMessageDeleted({ channelId: 'dm', messageId: '1001' });
    endFirst();
    await stage.until(shows(stage, 'Third done.'));
    expect(stage.sent).toHaveLength(3);
    expect(texts(stage).some((text) => text.includes('Stopped'))).toBe(false);
  });
});

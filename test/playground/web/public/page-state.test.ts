import { describe, expect, test } from 'vitest';
import type { Change } from '../../../../playground/discord/people.ts';
import type { Message } from '../../../../playground/discord/shapes.ts';
import { emptyPage, type PageState, reducePage } from '../../../../playground/web/public/page-state.ts';
import { maya, moss, sampleInteraction, sampleMessage, sampleThread, sampleWorld } from './sample-world.ts';

type ChangeParts = Change extends infer One
  ? One extends Change
    ? Omit<One, 'atMs' | 'onlyFor'>
    : never
  : never;

const start: PageState = { ...emptyPage, world: sampleWorld(), channelId: '10', connection: 'live' };

/** The page after these changes, a second apart. */
function pageAfter(state: PageState, ...changes: ChangeParts[]): PageState {
  return changes.reduce((state, parts, index) => {
    // Putting back the two fields that Omit took away makes a Change again.
    const change = { ...parts, atMs: 0, onlyFor: null } as Change;
    return reducePage(state, { type: 'feed', event: { type: 'change', change }, nowMs: index * 1000 });
  }, state);
}
const contents = (state: PageState): string[] =>
  (state.world?.messages['10'] ?? []).map((message) => message.content);

/** A thumb of one person on the first message. */
const thumbBy = (userId: string) => ({ channelId: '10', messageId: '100', userId, emoji: '👍' });
const elsewhere = (id: string, mentions = [moss]) =>
  ({
    type: 'messageCreated',
    channelId: '11',
    message: sampleMessage(id, { channel_id: '11', mentions }),
  }) as const;

const created = (id: string, changes: Partial<Message>) =>
  ({
    type: 'messageCreated',
    channelId: changes.channel_id ?? '10',
    message: sampleMessage(id, changes),
  }) as const;

describe('messages', () => {
  test('stand in the order of their ids, whenever they come', () => {
    const late = pageAfter(
      start,
      { type: 'messageCreated', channelId: '10', message: sampleMessage('1000') },
      { type: 'messageCreated', channelId: '10', message: sampleMessage('150') },
    );
    expect(contents(late)).toEqual(['message 100', 'message 150', 'message 200', 'message 1000']);
  });

  test('are edited in their place, and come once however often they are told', () => {
    const edited = sampleMessage('100', { content: 'new words' });
    const state = pageAfter(
      start,
      { type: 'messageEdited', channelId: '10', message: edited },
      { type: 'messageCreated', channelId: '10', message: sampleMessage('200') },
    );
    expect(contents(state)).toEqual(['new words', 'message 200']);
  });

  test('go when they are deleted', () => {
    expect(contents(pageAfter(start, { type: 'messageDeleted', channelId: '10', messageId: '100' }))).toEqual(
      ['message 200'],
    );
  });

  test('count reactions and know the viewer’s own', () => {
    const both = pageAfter(
      start,
      { type: 'reactionAdded', ...thumbBy('1') },
      { type: 'reactionAdded', ...thumbBy('2') },
    );
    expect(both.world?.messages['10']?.[0]?.reactions).toEqual([
      { count: 2, me: true, emoji: { id: null, name: '👍' } },
    ]);
    const one = pageAfter(both, { type: 'reactionRemoved', ...thumbBy('1') });
    expect(one.world?.messages['10']?.[0]?.reactions).toMatchObject([{ count: 1, me: false }]);
    expect(
      pageAfter(one, { type: 'reactionRemoved', ...thumbBy('2') }).world?.messages['10']?.[0]?.reactions,
    ).toEqual([]);
  });
});

describe('threads', () => {
  test('join their server’s list and the message that they began with', () => {
    const state = pageAfter(start, {
      type: 'threadUpdated',
      channelId: '10',
      thread: sampleThread('100', '10'),
    });
    expect(state.world?.guilds[0]?.threads.map((thread) => thread.id)).toEqual(['100']);
    expect(state.world?.messages['10']?.[0]?.thread?.id).toBe('100');
    const again = pageAfter(state, {
      type: 'threadUpdated',
      channelId: '10',
      thread: sampleThread('100', '10'),
    });
    expect(again.world?.guilds[0]?.threads).toHaveLength(1);
  });
});

describe('interactions and modals', () => {
  test('are kept in their newest state', () => {
    const state = pageAfter(
      start,
      { type: 'interaction', channelId: '10', interaction: sampleInteraction('7', 'pending') },
      { type: 'interaction', channelId: '10', interaction: sampleInteraction('7', 'failed') },
    );
    expect(state.world?.interactions).toEqual([sampleInteraction('7', 'failed')]);
  });

  test('open and close', () => {
    const modal = { modalId: '5', customId: 'm', userId: '1', channelId: '10', title: 'Edit', rows: [] };
    const open = pageAfter(start, { type: 'modalOpened', channelId: '10', modal });
    expect(open.world?.modals).toEqual([modal]);
    expect(pageAfter(open, { type: 'modalClosed', channelId: '10', modalId: '5' }).world?.modals).toEqual([]);
  });
});

describe('what is unread', () => {
  test('counts messages of other channels, those for the viewer apart', () => {
    const state = pageAfter(start, elsewhere('300'), elsewhere('301', [maya]));
    expect(state.unread).toEqual({ '11': { count: 2, mentions: 1 } });
    expect(reducePage(state, { type: 'channelOpened', channelId: '11' })).toMatchObject({
      unread: {},
      channelId: '11',
    });
  });

  test('leaves out the open channel and the viewer’s own messages', () => {
    const own = sampleMessage('302', { channel_id: '11', author: maya });
    const here = sampleMessage('303');
    const state = pageAfter(
      start,
      { type: 'messageCreated', channelId: '11', message: own },
      { type: 'messageCreated', channelId: '10', message: here },
    );
    expect(state.unread).toEqual({});
    expect(state.latest).toBe(here);
  });
});

describe('what is spoken', () => {
  test('is what happens in the open channel, edits too, and what mentions the viewer elsewhere', () => {
    const here = pageAfter(start, created('300', {}));
    expect(here.latest?.id).toBe('300');
    const elsewhere = pageAfter(here, created('301', { channel_id: '11' }));
    expect(elsewhere.latest?.id).toBe('300');
    const toViewer = pageAfter(elsewhere, created('302', { channel_id: '11', mentions: [maya] }));
    expect(toViewer.latest?.id).toBe('302');
    const edited = sampleMessage('300', { content: 'grown' });
    expect(pageAfter(toViewer, { type: 'messageEdited', channelId: '10', message: edited }).latest).toBe(
      edited,
    );
  });

  test('leaves out the viewer’s own words', () => {
    expect(pageAfter(start, created('300', { author: maya })).latest).toBeNull();
  });
});

describe('typing', () => {
  test('lasts ten seconds from the last sign, and ends with the message', () => {
    const typing = { type: 'typing', channelId: '10', userId: moss.id } as const;
    const state = pageAfter(start, typing, typing);
    expect(state.typing).toEqual([{ channelId: '10', userId: moss.id, untilMs: 11_000 }]);
    const written = pageAfter(state, {
      type: 'messageCreated',
      channelId: '10',
      message: sampleMessage('300'),
    });
    expect(written.typing).toEqual([]);
  });
});

describe('the connection', () => {
  test('keeps what was seen while it is lost, and starts anew with the next world', () => {
    const lost = reducePage(start, { type: 'connection', connection: 'lost' });
    expect(lost.world).toBe(start.world);
    const world = sampleWorld({ messages: {} });
    const commands = { guilds: {}, directMessages: [] };
    const back = reducePage(lost, { type: 'feed', event: { type: 'world', world, commands }, nowMs: 0 });
    expect(back).toMatchObject({ connection: 'live', world: { messages: {} } });
  });

  test('ignores changes before the first world', () => {
    expect(pageAfter(emptyPage, { type: 'messageDeleted', channelId: '10', messageId: '100' })).toBe(
      emptyPage,
    );
  });
});

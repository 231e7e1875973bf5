/** The publisher against a scripted chat and a clock that stands still. */
import { beforeEach, describe, expect, it } from 'vitest';
import { textView } from '../../src/core/view.ts';
import { type Chat, ChatError } from '../../src/ports/chat.ts';
import { createPublisher } from '../../src/relay/publisher.ts';
import { createFakeClock, settle } from '../lanes/fake-clock.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';

type Call = {
  readonly what: 'create' | 'edit' | 'delete';
  readonly text: string;
  readonly key: string | null;
};

/** Answers each call when the test says so, or with the failure that is next in line. */
const createScriptedChat = () => {
  const calls: Call[] = [];
  const failures: ChatError[] = [];
  let gate: Promise<void> = Promise.resolve();
  let inFlight = 0;
  let inFlightMax = 0;
  const run = async (call: Call): Promise<void> => {
    calls.push(call);
    inFlight += 1;
    inFlightMax = Math.max(inFlightMax, inFlight);
    await gate;
    inFlight -= 1;
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
  };
  const chat: Pick<Chat, 'createMessage' | 'editMessage' | 'deleteMessage'> = {
    createMessage: async (channelId, view, { key }) => {
      await run({ what: 'create', text: view.text, key });
      return { channelId, messageId: `m${calls.length}` };
    },
    editMessage: (_at, view) =>
      run({ what: 'edit', text: (typeof view === 'function' ? view() : view).text, key: null }),
    deleteMessage: () => run({ what: 'delete', text: '', key: null }),
  };
  return {
    chat,
    calls,
    failures,
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    inFlightMax: () => inFlightMax,
  };
};

const never = new AbortController().signal;
let scripted: ReturnType<typeof createScriptedChat>;
let clock: ReturnType<typeof createFakeClock>;
let log: ReturnType<typeof createRecordingLog>;

beforeEach(() => {
  scripted = createScriptedChat();
  clock = createFakeClock();
  log = createRecordingLog();
});

const open = (posted: { channelId: string; messageId: string }[] = []) => {
  const stored: string[][] = [];
  const publisher = createPublisher({ chat: scripted.chat, clock, log, editIntervalMs: 1_000 });
  const board = publisher.open({
    channelId: 'c',
    key: 't1',
    posted,
    onPosted: async (list) => void stored.push(list.map(({ messageId }) => messageId)),
  });
  const show = (...texts: readonly string[]): void => board.show(() => texts.map(textView));
  return { board, show, stored };
};

describe('a board', () => {
  it('writes the first view at once and stores the id of its message', async () => {
    const { show, stored } = open();
    show('one');
    await settle();
    expect(scripted.calls).toEqual([{ what: 'create', text: 'one', key: 't1:0' }]);
    expect(stored).toEqual([['m1']]);
  });

  it('leaves out every view but the newest while it waits', async () => {
    const { show } = open();
    show('one');
    await settle();
    show('two');
    show('three');
    await settle();
    expect(scripted.calls).toHaveLength(1);
    await clock.advance(1_000);
    expect(scripted.calls.slice(1)).toEqual([{ what: 'edit', text: 'three', key: null }]);
  });

  it('never has two writes in flight', async () => {
    const { board, show } = open();
    const release = scripted.hold();
    show('one');
    await settle();
    show('two');
    const flushed = board.flush(never);
    await settle();
    release();
    await flushed;
    expect(scripted.inFlightMax()).toBe(1);
    expect(scripted.calls.map(({ text }) => text)).toEqual(['one', 'two']);
  });

  it('makes no edit without a change', async () => {
    const { board, show } = open();
    show('one');
    await settle();
    show('one');
    await board.flush(never);
    expect(scripted.calls).toHaveLength(1);
  });

  it('writes the last view without waiting for the interval', async () => {
    const { board, show } = open();
    show('one');
    await settle();
    show('last');
    await board.flush(never);
    expect(scripted.calls.at(-1)).toMatchObject({ what: 'edit', text: 'last' });
  });

  it('goes on in the messages of an earlier process', async () => {
    const { board, show } = open([{ channelId: 'c', messageId: 'old' }]);
    show('after the restart');
    await board.flush(never);
    expect(scripted.calls).toEqual([{ what: 'edit', text: 'after the restart', key: null }]);
  });

  it('has a message for every part and removes those it no longer needs', async () => {
    const { board, show, stored } = open();
    show('a', 'b');
    await board.flush(never);
    show('a');
    await board.flush(never);
    expect(scripted.calls.map(({ what, text }) => `${what} ${text}`)).toEqual([
      'create a',
      'create b',
      'delete ',
    ]);
    expect(stored.at(-1)).toEqual(['m1']);
  });

  it('leaves a message alone that somebody deleted', async () => {
    const { board, show } = open();
    show('one');
    await board.flush(never);
    scripted.failures.push(new ChatError('gone', { message: 'Unknown Message' }));
    show('two');
    await board.flush(never);
    show('three');
    await board.flush(never);
    expect(scripted.calls.map(({ what }) => what)).toEqual(['create', 'edit']);
  });

  it('tries the last view again while the platform is unavailable', async () => {
    const { board, show } = open();
    show('one');
    await board.flush(never);
    scripted.failures.push(
      new ChatError('unavailable', { message: '503' }),
      new ChatError('unavailable', { message: '503' }),
    );
    show('last');
    const flushed = board.flush(never);
    await settle();
    await clock.advance(500);
    await clock.advance(1_000);
    await flushed;
    expect(scripted.calls.map(({ text }) => text)).toEqual(['one', 'last', 'last', 'last']);
  });

  it('does not ask again and again where it is forbidden', async () => {
    const { board, show } = open();
    scripted.failures.push(new ChatError('forbidden', { message: 'Missing Permissions' }));
    show('one');
    await settle();
    for (const text of ['two', 'three', 'four']) {
      show(text);
      await clock.advance(1_000);
    }
    expect(scripted.calls).toHaveLength(1);
    expect(log.lines.some(({ level }) => level === 'error')).toBe(true);
    await board.flush(never);
    expect(scripted.calls).toHaveLength(2);
  });
});

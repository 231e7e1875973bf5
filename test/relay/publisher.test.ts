/** The publisher against a scripted chat and a clock that stands still. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Priority } from '../../src/core/pacing.ts';
import { textView } from '../../src/core/view.ts';
import { type Chat, ChatError } from '../../src/ports/chat.ts';
import { createPublisher } from '../../src/relay/board/publisher.ts';
import { createFakeClock, settle } from '../lanes/fake-clock.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';

type Call = {
  readonly what: 'create' | 'edit' | 'delete';
  readonly text: string;
  readonly key: string | null;
};

type Waits = {
  readonly signal: AbortSignal;
  readonly priority?: Priority;
  readonly takeBack?: AbortSignal;
};

/** Sends each write when the test lets it, drawn then, and fails it with the failure that is next in line. */
const createScriptedChat = () => {
  const calls: Call[] = [];
  const asked: Priority[] = [];
  const signals: AbortSignal[] = [];
  const failures: ChatError[] = [];
  let turn: Promise<void> = Promise.resolve();
  let way: Promise<void> = Promise.resolve();
  let inFlight = 0;
  let inFlightMax = 0;
  const waitForTurn = async ({ signal, priority = 'acknowledgement', takeBack }: Waits): Promise<void> => {
    signals.push(signal);
    asked.push(priority);
    const taken = Promise.withResolvers<never>();
    takeBack?.addEventListener('abort', () => taken.reject(takeBack.reason), { once: true });
    takeBack?.throwIfAborted();
    await Promise.race([turn, taken.promise]);
  };
  const send = async (call: Call): Promise<void> => {
    calls.push(call);
    inFlight += 1;
    inFlightMax = Math.max(inFlightMax, inFlight);
    await way;
    inFlight -= 1;
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
  };
  const chat: Pick<Chat, 'createMessage' | 'editMessage' | 'deleteMessage'> = {
    createMessage: async (channelId, view, { key, ...waits }) => {
      await waitForTurn(waits);
      await send({ what: 'create', text: (typeof view === 'function' ? view() : view).text, key });
      return { channelId, messageId: `m${calls.length}` };
    },
    editMessage: async (_at, view, waits) => {
      await waitForTurn(waits);
      const shown = typeof view === 'function' ? view() : view;
      if (shown !== null) await send({ what: 'edit', text: shown.text, key: null });
    },
    deleteMessage: ({ messageId }) => send({ what: 'delete', text: messageId, key: null }),
  };
  return {
    chat,
    calls,
    asked,
    signals,
    failures,
    /** Lets nobody send until the returned function is called. */
    holdTurns: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      turn = promise;
      return resolve;
    },
    /** Answers nobody until the returned function is called. */
    holdAnswers: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      way = promise;
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
  const publisher = createPublisher({ chat: scripted.chat, clock, log, tally: { viewReplaced: () => {} } });
  const board = publisher.open({
    channelId: 'c',
    key: 't1',
    about: { turnId: 't1' },
    posted,
    onPosted: async (list) => void stored.push(list.map(({ messageId }) => messageId)),
  });
  let draws = 0;
  const showWith = (priority: Priority, ...texts: readonly string[]): void =>
    board.show(() => {
      draws += 1;
      return texts.map(textView);
    }, priority);
  const show = (...texts: readonly string[]): void => showWith('moreWords', ...texts);
  return { board, show, showWith, stored, draws: () => draws };
};

/** A board whose second words wait for their turn; the first ones came so long before. */
const begin = async (gapMs = 200) => {
  const opened = open();
  opened.show('one');
  await settle();
  await clock.advance(gapMs);
  const release = scripted.holdTurns();
  opened.show('two');
  await settle();
  return { ...opened, release };
};
const writtenTexts = (): string[] => scripted.calls.map(({ text }) => text);

/** A board that has a notice to show. */
const noticed = async () => {
  const opened = open([{ channelId: 'c', messageId: 'm9' }]);
  opened.showWith('notice', 'notice');
  await settle();
  expect(writtenTexts()).toEqual([]);
  return opened;
};

describe('a board', () => {
  it('writes the first view as an acknowledgement and stores the id of its message', async () => {
    const { show, stored } = open();
    show('one');
    await settle();
    expect(scripted.calls).toEqual([{ what: 'create', text: 'one', key: 't1:0' }]);
    expect(scripted.asked).toEqual(['acknowledgement']);
    expect(stored).toEqual([['m1']]);
  });

  describe('with words that come in a rhythm', () => {
    it('writes just after some came, and not just before', async () => {
      const { show, release } = await begin();
      await clock.advance(150);
      release();
      await settle();
      expect(writtenTexts()).toEqual(['one']);
      await clock.advance(50);
      show('three');
      await settle();
      expect(writtenTexts()).toEqual(['one', 'three']);
      expect(clock.sleeperCount()).toBe(0);
    });

    it('does not wait for them longer than a moment', async () => {
      const { release } = await begin();
      await clock.advance(150);
      release();
      await settle();
      await clock.advance(140);
      expect(writtenTexts()).toEqual(['one']);
      await clock.advance(10);
      expect(writtenTexts()).toEqual(['one', 'two']);
    });

    it.each([
      ['come only later', 700, 150],
      ['should have come', 200, 300],
    ])('does not wait for words that %s', async (_name, gapMs, turnAfterMs) => {
      const { release } = await begin(gapMs);
      await clock.advance(turnAfterMs);
      release();
      await settle();
      expect(writtenTexts()).toEqual(['one', 'two']);
    });

    it('does not wait for them where messages are written now and then', async () => {
      const { release } = await begin();
      await clock.advance(2_000);
      release();
      await settle();
      expect(writtenTexts()).toEqual(['one', 'two']);
    });

    it('waits no longer when it is flushed', async () => {
      const { board, release } = await begin();
      await clock.advance(150);
      release();
      await settle();
      await board.flush(never);
      expect(writtenTexts()).toEqual(['one', 'two']);
      expect(clock.sleeperCount()).toBe(0);
    });
  });

  describe('whose message is full', () => {
    const full = { ...textView('one'), isFull: true };

    it('asks for the next one in the line of words, without a look at what is full', async () => {
      const { board } = open();
      board.show(() => [full], 'moreWords');
      await settle();
      board.show(() => [full, textView('two')], 'moreWords');
      await settle();
      expect(writtenTexts()).toEqual(['one', 'two']);
      expect(scripted.calls.map(({ what }) => what)).toEqual(['create', 'create']);
      expect(scripted.asked).toEqual(['acknowledgement', 'moreWords']);
    });

    it('gives it back what it lacks when there are no words for the next one', async () => {
      const { board, stored } = open();
      board.show(() => [full], 'moreWords');
      await settle();
      board.show(() => [textView('one, and its footer')], 'moreWords');
      await settle();
      expect(scripted.calls.map(({ what }) => what)).toEqual(['create', 'edit']);
      expect(writtenTexts()).toEqual(['one', 'one, and its footer']);
      expect(stored).toEqual([['m1']]);
    });
  });

  describe('with a notice', () => {
    it('writes it after a moment', async () => {
      await noticed();
      await clock.advance(100);
      expect(writtenTexts()).toEqual(['notice']);
      expect(scripted.asked).toEqual(['notice']);
    });

    it('writes what is more pressing at once, and both in one', async () => {
      const { showWith } = await noticed();
      showWith('firstWords', 'notice and words');
      await settle();
      expect(writtenTexts()).toEqual(['notice and words']);
      expect(scripted.asked).toEqual(['firstWords']);
      expect(clock.sleeperCount()).toBe(0);
    });

    it('writes it at once when it is flushed', async () => {
      const { board } = await noticed();
      await board.flush(never);
      expect(writtenTexts()).toEqual(['notice']);
      expect(clock.sleeperCount()).toBe(0);
    });
  });

  it('draws only the newest view, once, when its turn has come', async () => {
    const { show, draws } = open();
    show('one');
    await settle();
    const release = scripted.holdTurns();
    const before = draws();
    for (let count = 0; count < 2_000; count += 1) show(`words ${count}`);
    await settle();
    expect(scripted.calls).toHaveLength(1);
    release();
    await settle();
    expect(scripted.calls.slice(1)).toEqual([{ what: 'edit', text: 'words 1999', key: null }]);
    expect(draws() - before).toBe(1);
  });

  it('waits on a signal of its own, for one of all would collect the listeners of thousands', async () => {
    for (const { show } of [open(), open()]) {
      show('one');
      await settle();
      show('two');
      await settle();
    }
    expect(scripted.signals).toHaveLength(4);
    expect(new Set(scripted.signals).size).toBe(4);
  });

  it('never has two writes in flight', async () => {
    const { board, show } = open();
    const release = scripted.holdAnswers();
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

  it('asks again with more weight when what waits becomes more pressing', async () => {
    const { show, showWith } = open([{ channelId: 'c', messageId: 'm0' }]);
    const release = scripted.holdTurns();
    show('some words');
    await settle();
    showWith('finalWords', 'the last words');
    show('and a footer');
    await settle();
    expect(scripted.asked).toEqual(['moreWords', 'finalWords']);
    release();
    await settle();
    expect(scripted.calls).toEqual([{ what: 'edit', text: 'and a footer', key: null }]);
  });

  it('completes a view of several messages before others get more words', async () => {
    const { show } = open([{ channelId: 'c', messageId: 'm0' }]);
    show('a', 'b');
    await settle();
    expect(scripted.calls.map(({ text }) => text)).toEqual(['a', 'b']);
    expect(scripted.asked).toEqual(['moreWords', 'notice']);
  });

  it('completes the end of an answer before others get theirs', async () => {
    const { showWith } = open([{ channelId: 'c', messageId: 'm0' }]);
    showWith('finalWords', 'a', 'b', 'c');
    await settle();
    expect(scripted.calls.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
    expect(scripted.asked).toEqual(['finalWords', 'finalRest', 'finalRest']);
  });

  it('keeps its place in line while it is as pressing as can be', async () => {
    const { show, showWith, board } = open();
    scripted.holdTurns();
    show('connecting');
    showWith('finalWords', 'done');
    void board.flush(never);
    await settle();
    expect(scripted.asked).toEqual(['acknowledgement']);
  });

  it('makes no edit without a change', async () => {
    const { board, show } = open();
    show('one');
    await settle();
    show('one');
    await board.flush(never);
    expect(scripted.calls).toHaveLength(1);
  });

  it('writes the last view before all mere words', async () => {
    const { board, show } = open();
    show('one');
    await settle();
    const release = scripted.holdTurns();
    show('last');
    await settle();
    const flushed = board.flush(never);
    await settle();
    expect(scripted.asked.at(-1)).toBe('finalWords');
    release();
    await flushed;
    expect(scripted.calls.at(-1)).toMatchObject({ what: 'edit', text: 'last' });
  });

  it('takes the last view back when its time is over, and can be asked again', async () => {
    const { board, show } = open([{ channelId: 'c', messageId: 'm0' }]);
    const release = scripted.holdTurns();
    show('last');
    const stopping = new AbortController();
    const flushed = board.flush(stopping.signal);
    await settle();
    stopping.abort(new Error('The process is stopping.'));
    await flushed;
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn' });
    const again = board.flush(never);
    release();
    await again;
    expect(scripted.calls).toEqual([{ what: 'edit', text: 'last', key: null }]);
  });

  it('replaces old messages by new ones in their order, and then removes them', async () => {
    const posted = ['old0', 'old1', 'old2'].map((messageId) => ({ channelId: 'c', messageId }));
    const { show, board, stored } = open(posted);
    show('a', 'b', 'c');
    await board.flush(never);
    scripted.calls.length = 0;
    scripted.failures.push(new ChatError('tooOld', { message: 'an hour' }));
    show('a', 'B', 'c');
    await board.flush(never);
    expect(scripted.calls).toEqual([
      { what: 'edit', text: 'B', key: null },
      { what: 'create', text: 'B', key: 't1:1:old1' },
      { what: 'create', text: 'c', key: 't1:2:old1' },
      { what: 'delete', text: 'old1', key: null },
      { what: 'delete', text: 'old2', key: null },
    ]);
    expect(stored.at(-1)).toEqual(['old0', 'm2', 'm3']);
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
      'delete m2',
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

  it('that is let go writes nothing more, and says so when nothing is under way', async () => {
    const { board, show } = open();
    show('one');
    await board.flush(never);
    const letSend = scripted.holdTurns();
    show('two, which waits to be sent');
    await board.letGo();
    show('three');
    letSend();
    await settle();
    expect(scripted.calls.map(({ text }) => text)).toEqual(['one']);
  });

  it('that is let go waits for the answer to what was sent, and stores it', async () => {
    const { board, show, stored } = open();
    const answer = scripted.holdAnswers();
    show('one');
    await settle();
    let isLetGo = false;
    const letGo = board.letGo().then(() => (isLetGo = true));
    await settle();
    expect(isLetGo).toBe(false);
    answer();
    await letGo;
    expect(stored).toEqual([['m1']]);
  });
});

/** The relay on real lanes and a real store in memory, with a scripted backend, a recording chat and a clock that a test moves. */

import type { BackendEvent } from '../../src/core/turn.ts';
import { openLanes } from '../../src/lanes/open.ts';
import { type Backend, NemoError, type RenderStatus, type Snapshot } from '../../src/ports/backend.ts';
import {
  type AnsweredAt,
  type Chat,
  ChatError,
  type IncomingMessage,
  type MessageView,
  type Person,
} from '../../src/ports/chat.ts';
import type { Lanes } from '../../src/ports/lanes.ts';
import type { Store } from '../../src/ports/store.ts';
import { createRelay, type RunningRelay } from '../../src/relay/relay.ts';
import { openSessions } from '../../src/sessions/open.ts';
import { createFakeClock, type FakeClock } from '../lanes/fake-clock.ts';
import { createRecordingLog } from '../sessions/recording-log.ts';

export const person: Person = {
  id: '7',
  name: 'Maya',
  locale: 'en',
  isModerator: false,
  managesServer: false,
  roleIds: [],
};

/** A message in the recording chat, with every version that a person saw. */
export type Shown = AnsweredAt & { readonly versions: MessageView[]; isDeleted: boolean };

export const createRecordingChat = () => {
  const messages: Shown[] = [];
  const byKey = new Map<string, Shown>();
  const failures: (ChatError | null)[] = [];
  const typing: string[] = [];
  let count = 0;
  const fail = (): void => {
    const failure = failures.shift();
    if (failure) throw failure;
  };
  const find = ({ messageId }: AnsweredAt): Shown => {
    const shown = messages.find((candidate) => candidate.messageId === messageId && !candidate.isDeleted);
    if (shown === undefined) throw new ChatError('gone', { message: 'Unknown Message' });
    return shown;
  };
  const chat: Chat = {
    createMessage: async (channelId, view, { key }) => {
      fail();
      const first = typeof view === 'function' ? view() : view;
      const known = byKey.get(key);
      if (known !== undefined) return { channelId, messageId: known.messageId };
      count += 1;
      const shown: Shown = { channelId, messageId: `m${count}`, versions: [first], isDeleted: false };
      messages.push(shown);
      byKey.set(key, shown);
      return { channelId, messageId: shown.messageId };
    },
    editMessage: async (at, view) => {
      fail();
      const shown = find(at);
      const next = typeof view === 'function' ? view() : view;
      if (next !== null) shown.versions.push(next);
    },
    deleteMessage: async (at) => {
      find(at).isDeleted = true;
    },
    heardUntilMs: () => null,
    threadsWithNews: () => [],
    channelsWithNews: () => [],
    answersSince: async () => [],
    messagesSince: async () => [],
    openDirectMessage: async (personId) => ({ channelId: `direct-${personId}` }),
    openThread: async (under) => ({ threadId: `thread-${under.messageId}` }),
    showTyping: async (channelId) => void typing.push(channelId),
    findOwnMessage: async (channelId, key) => {
      const found = messages.find(
        (shown) =>
          shown.channelId === channelId &&
          shown.versions
            .at(-1)
            ?.buttons.some((button) => button.kind === 'action' && button.customId.includes(key)),
      );
      return found === undefined ? null : { channelId, messageId: found.messageId };
    },
    readAttachments: async () => [],
    uploadSizeBytesMax: async () => 10_000_000,
  };
  return { chat, messages, failures, typing, newest: (shown: Shown) => shown.versions.at(-1)?.text ?? '' };
};

const draftOf = (name: string) => ({ t: [{ tt: 0, sg: [{ d: 8_000, m: { title: name } }] }] });

export const snapshotOf = (name: string | null): Snapshot => ({
  draft: name === null ? null : draftOf(name),
  timeline: {
    tracks:
      name === null ? [] : [{ kind: 'video', segments: [{ name, startMs: 0, endMs: 8_000, volume: null }] }],
    durationMs: name === null ? 0 : 8_000,
    width: null,
    height: null,
  },
  fingerprint: String(name),
  mediaCount: 0,
  userId: 'anon_1',
});

export type Script = {
  /** What each `openStream` yields; a function may throw or wait. */
  streams: (() => AsyncIterable<BackendEvent>)[];
  /** Answers of the state endpoint, the last one again and again. */
  snapshots: (Snapshot | NemoError)[];
  renders: (RenderStatus | NemoError | null)[];
  /** Why no finished video can be fetched; left out, it can. */
  noFilm?: NemoError | undefined;
  /** What is left and not reserved, or both; the last one again and again. */
  credits?: (number | { readonly available: number; readonly frozen: number } | 'unknown' | NemoError)[];
};

export const nemoError = (
  kind: NemoError['kind'],
  problem: NemoError['problem']['kind'],
  sent = false,
): NemoError =>
  new NemoError(
    kind,
    { kind: problem, retry: 'never', code: null, bindId: null },
    { message: problem, sent },
  );

export async function* saying(...events: readonly BackendEvent[]): AsyncIterable<BackendEvent> {
  yield* events;
}

export const words = (text: string): BackendEvent => ({
  type: 'text',
  author: 'nemo_agent',
  text,
  isPartial: false,
});

/** As the port promises: a pending read rejects with the signal's reason. */
async function* untilAborted(
  events: AsyncIterable<BackendEvent>,
  signal: AbortSignal,
): AsyncIterable<BackendEvent> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => undefined);
  const iterator = events[Symbol.asyncIterator]();
  for (;;) {
    const result = await Promise.race([iterator.next(), aborted]);
    if (result.done === true) return;
    yield result.value;
  }
}

const next = <T>(list: (T | NemoError)[], isLastKept: boolean): T => {
  const item = isLastKept && list.length === 1 ? list[0] : list.shift();
  if (item === undefined) throw new Error('The script has no more answers.');
  if (item instanceof NemoError) throw item;
  return item;
};

export const createScriptedBackend = (script: Script) => {
  const calls: string[] = [];
  const sent: string[] = [];
  const note = (name: string): void => void calls.push(name);
  const credits = script.credits ?? [60];
  const backend: Backend = {
    connect: async () => note('connect'),
    openSession: async () => {
      note('openSession');
      return {
        sessionId: `s${calls.filter((name) => name === 'openSession').length}`,
        taskId: 'task',
        userId: 'anon_1',
      };
    },
    handOver: async ({ files }) => {
      note('handOver');
      return files.map(({ name }) => ({ name, accepted: true }));
    },
    openStream: async ({ signal, text }) => {
      note('openStream');
      sent.push(text);
      return untilAborted(next(script.streams, false)(), signal);
    },
    snapshot: async () => {
      note('snapshot');
      return next(script.snapshots, true);
    },
    credits: async () => {
      const left = next(credits, true);
      if (left === 'unknown') return left;
      const { available, frozen } = typeof left === 'number' ? { available: left, frozen: 0 } : left;
      return { available, frozen, total: available + frozen };
    },
    submitRender: async () => note('submitRender'),
    renderStatus: async () => {
      note('renderStatus');
      return next(script.renders, true);
    },
    cancelRender: async () => note('cancelRender'),
    downloadRender: async () => {
      if (script.noFilm !== undefined) throw script.noFilm;
      return new Uint8Array([1, 2, 3]);
    },
    projectLink: async () => null,
  };
  return { backend, calls, sent };
};

const timing = {
  noticeIntervalMs: 120_000,
  reconcileFirstMs: 30_000,
  reconcileIntervalMs: 60_000,
  streamMaxMs: 900_000,
  streamQuietMaxMs: 600_000,
  renderPollIntervalMs: 30_000,
};

export type Stage = {
  readonly relay: RunningRelay;
  readonly clock: FakeClock;
  readonly store: Store;
  readonly lanes: Lanes;
  readonly chat: ReturnType<typeof createRecordingChat>;
  readonly calls: readonly string[];
  /** A test may replace its methods. */
  readonly backend: { -readonly [name in keyof Backend]: Backend[name] };
  /** Instructions that reached the agent, in order. */
  readonly sent: readonly string[];
  readonly log: ReturnType<typeof createRecordingLog>;
  /** For a stage whose worker is late. */
  startWorker(): Promise<void>;
  say(text: string, overrides?: Partial<IncomingMessage>): Promise<void>;
  /** Moves the clock in steps until the condition holds; fails after `limitMs` of its time. */
  until(isTrue: () => boolean, limitMs?: number): Promise<void>;
  close(): Promise<void>;
};

type StageOptions = {
  readonly script: Partial<Script>;
  /** Stands between the relay and the store. */
  readonly wrapStore?: (store: Store) => Store;
  /** Requests are taken in by a relay that never runs them, as in a process that only has the gateway. */
  readonly isGatewayApart?: boolean;
  /** The processes of the cluster do not hear each other. */
  readonly areSignalsLost?: boolean;
  /** Nothing runs before `startWorker`. */
  readonly isWorkerLate?: boolean;
  /** What becomes of every drawing; a few bytes unless a test says otherwise. */
  readonly picture?: Uint8Array | null;
  /** Otherwise each person has a starter account. */
  readonly hasOperatorAccount?: boolean;
};

export const openStage = async ({
  script,
  wrapStore = (store) => store,
  isGatewayApart = false,
  areSignalsLost = false,
  isWorkerLate = false,
  picture = new Uint8Array([137]),
  hasOperatorAccount = true,
}: StageOptions): Promise<Stage> => {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const chat = createRecordingChat();
  const full: Script = {
    streams: [...(script.streams ?? [])],
    snapshots: [...(script.snapshots ?? [snapshotOf(null)])],
    credits: [...(script.credits ?? [60])],
    noFilm: script.noFilm,
    renders: [
      ...(script.renders ?? [
        { status: 'completed' as const, progress: 100, url: 'https://cdn.example.com/v.mp4' },
      ]),
    ],
  };
  const { backend, calls, sent } = createScriptedBackend(full);
  const sessions = await openSessions({
    storeUrl: 'memory:',
    storeSecret: null,
    clock,
    log,
    onLeaseLost: () => {},
  });
  const { lanes } = await openLanes({ engine: sessions.engine, clock, log });
  let ids = 0;
  const newId = (): string => {
    ids += 1;
    return `${String(ids).padStart(8, '0')}-0000-4000-8000-000000000000`;
  };
  const store = wrapStore(sessions.store);
  const settings = {
    timing,
    burstWindowMs: 2_000,
    burstGraceMs: isGatewayApart ? 500 : 0,
    limits: { atOncePerPerson: 2, atOncePerServer: 6, aDayPerPerson: 20 },
    dropChannels: ['drops'],
    webUrl: 'https://nemovideo.com',
    hasOperatorAccount,
    listenerId: 'all',
  };
  const pictures = { draw: async () => picture };
  const { exclusively } = sessions;
  const signals = areSignalsLost ? { ...sessions.signals, send: async () => {} } : sessions.signals;
  const open = () =>
    createRelay({
      chat: chat.chat,
      backend,
      store,
      lanes,
      signals,
      exclusively,
      pictures,
      tally: { duplicateAvoided: () => {}, viewReplaced: () => {} },
      clock,
      newId,
      log,
      settings,
    });
  const worker = open();
  if (!isWorkerLate) await worker.start();
  const relay = isGatewayApart ? open() : worker;
  let said = 0;
  return {
    relay,
    clock,
    store,
    lanes,
    chat,
    backend,
    calls,
    sent,
    log,
    startWorker: () => worker.start(),
    say: (text, overrides = {}) => {
      said += 1;
      return relay.onMessage({
        messageId: String(1_000 + said),
        place: { kind: 'dm', channelId: 'dm', parentChannelId: null, guildId: null, missing: [] },
        person,
        text,
        attachments: [],
        mentionsBot: false,
        isTextWithheld: false,
        createdAtMs: clock.nowMs(),
        ...overrides,
      });
    },
    until: async (isTrue, limitMs = 3_600_000) => {
      for (let passedMs = 0; !isTrue(); passedMs += 500) {
        if (passedMs > limitMs)
          throw new Error(`It never came true:\n${JSON.stringify(log.lines.slice(-8), null, 1)}`);
        await clock.advance(500);
      }
    },
    close: async () => {
      const stopped = Promise.all([relay.stop(1_000), worker.stop(1_000)]);
      await clock.advance(2_000);
      await stopped;
      await sessions.close();
    },
  };
};

/** Records of every kind as fast-check makes them up: any text, any choice of what may be missing. */
import * as fc from 'fast-check';
import type { Problem } from '../../src/core/problems.ts';
import type { RenderState } from '../../src/core/render.ts';
import type { Timeline } from '../../src/core/timeline.ts';
import type { TurnNote, TurnState } from '../../src/core/turn.ts';
import type { AccountRef } from '../../src/ports/backend.ts';
import type { AnsweredAt, Attachment } from '../../src/ports/chat.ts';
import type {
  AccountRecord,
  ArrivalRecord,
  GuildRecord,
  ListenerRecord,
  RenderRecord,
  ThreadRecord,
  TurnFile,
  TurnRecord,
  UsageRecord,
  WishRecord,
} from '../../src/ports/store.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const id = fc.uuid();
const number = fc.integer({ min: -1, max: 2 ** 45 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const listOf = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(arbitrary, { maxLength: 3 });
const locale = fc.constantFrom('en' as const, 'zh' as const);

const problem: fc.Arbitrary<Problem> = fc.record({
  kind: fc.constantFrom('outOfCredits', 'planBlocked', 'internal', 'unknown'),
  retry: fc.constantFrom('never', 'afterRemedy', 'afterWait'),
  code: maybe(text),
  bindId: maybe(id),
});

const answeredAt: fc.Arbitrary<AnsweredAt> = fc.record({ channelId: id, messageId: id });

const attachment: fc.Arbitrary<Attachment> = fc.record({
  id,
  name: text,
  url: fc.webUrl(),
  sizeBytes: number,
  contentType: maybe(text),
  from: maybe(answeredAt),
});

const account: fc.Arbitrary<AccountRef> = fc.oneof(
  fc.constant({ kind: 'operator' as const }),
  fc.record({ kind: fc.constantFrom('anonymous' as const, 'own' as const), personId: id }),
);

const timeline: fc.Arbitrary<Timeline> = fc.record({
  tracks: listOf(
    fc.record({
      kind: fc.constantFrom('video', 'audio', 'text', 'other'),
      segments: listOf(
        fc.record({ name: maybe(text), startMs: number, endMs: number, volume: maybe(fc.nat(100)) }),
      ),
    }),
  ),
  durationMs: number,
  width: maybe(number),
  height: maybe(number),
});

const note: fc.Arbitrary<TurnNote> = fc.oneof(
  fc.constant({ kind: 'restarted' as const }),
  fc.constant({ kind: 'sessionRenewed' as const }),
  fc.constant({ kind: 'answerCut' as const }),
  fc.constant({ kind: 'wordsChanged' as const }),
  fc.record({ kind: fc.constant('fileRefused' as const), name: text, reason: fc.constant('fileTooLarge') }),
  fc.record({ kind: fc.constant('filesReceived' as const), count: fc.nat() }),
  fc.record({ kind: fc.constant('fewCredits' as const), available: fc.nat() }),
);

const turnState: fc.Arbitrary<TurnState> = fc.record({
  phase: fc.constantFrom('queued', 'preparing', 'streaming', 'reconciling', 'settled'),
  activity: fc.constantFrom(
    'connecting',
    'uploading',
    'thinking',
    'generating',
    'music',
    'editing',
    'analysing',
  ),
  startedAtMs: maybe(number),
  submittedAtMs: maybe(number),
  lastSubstanceAtMs: maybe(number),
  said: listOf(text),
  growing: text,
  growingAuthor: maybe(text),
  reply: maybe(text),
  choices: fc.constantFrom('none', 'examples', 'clearer'),
  uploads: maybe(fc.record({ done: fc.nat(), total: fc.nat() })),
  toolsSucceeded: fc.nat(),
  rawClip: fc.constantFrom('none', 'ready', 'told'),
  question: maybe(fc.record({ text: maybe(text) })),
  notes: listOf(note),
  looking: maybe(
    fc.record({
      why: fc.constantFrom('answered', 'silent', 'dropped', 'stalled', 'timeLimit', 'restarted'),
      looks: fc.nat(),
      nextLookAtMs: number,
      lastSeen: maybe(text),
    }),
  ),
  change: maybe(fc.record({ before: timeline, after: timeline })),
  outcome: maybe(fc.constantFrom('answered', 'edited', 'unchanged', 'failed', 'cancelled')),
  problem: maybe(problem),
});

const renderState: fc.Arbitrary<RenderState> = fc.record({
  phase: fc.constantFrom('prepared', 'submitted', 'rendering', 'ready', 'delivered', 'failed', 'cancelled'),
  attempt: fc.constantFrom(1, 2),
  startedAtMs: number,
  progress: maybe(fc.nat(100)),
  polls: fc.nat(),
  url: maybe(fc.webUrl()),
  problem: maybe(problem),
});

const turnFile: fc.Arbitrary<TurnFile> = fc.record({
  attachment,
  outcome: maybe(
    fc.oneof(
      fc.constant({ accepted: true as const }),
      fc.record({ accepted: fc.constant(false as const), reason: fc.constant('unsupportedFile') }),
    ),
  ),
});

const thread: fc.Arbitrary<ThreadRecord> = fc.record({
  threadId: id,
  guildId: maybe(id),
  requesterId: id,
  locale,
  account: maybe(account),
  session: maybe(fc.record({ sessionId: id, taskId: maybe(id), userId: maybe(id) })),
  files: listOf(attachment),
  isRenderDue: fc.boolean(),
  isExportBlocked: fc.boolean(),
  vagueTurnId: maybe(text),
  renderIds: listOf(id),
  createdAtMs: number,
});

const turn: fc.Arbitrary<TurnRecord> = fc.record({
  turnId: id,
  threadId: id,
  guildId: maybe(id),
  requesterId: id,
  locale,
  instruction: text,
  files: listOf(turnFile),
  acceptedAtMs: number,
  source: maybe(answeredAt),
  state: turnState,
  statusMessages: listOf(answeredAt),
  before: maybe(fc.record({ timeline, fingerprint: text, mediaCount: fc.nat() })),
  renderId: maybe(id),
  isRenderOffered: fc.boolean(),
  credits: maybe(
    fc.record({ before: fc.nat(), after: maybe(fc.record({ took: fc.nat(), left: maybe(fc.nat()) })) }),
  ),
});

const render: fc.Arbitrary<RenderRecord> = fc.record({
  renderId: id,
  turnId: id,
  threadId: id,
  requesterId: id,
  locale,
  account,
  sessionId: id,
  state: renderState,
  isBegun: fc.boolean(),
  resultMessage: maybe(answeredAt),
});

const arrival: fc.Arbitrary<ArrivalRecord> = fc.record({
  arrivalId: id,
  guildId: maybe(id),
  requesterId: id,
  locale,
  instruction: text,
  attachments: listOf(attachment),
  acceptedAtMs: number,
  channelId: text,
  starter: maybe(answeredAt),
});

const wish: fc.Arbitrary<WishRecord> = fc.record({
  turnId: id,
  wantsStop: fc.boolean(),
  instruction: maybe(text),
});

const guild: fc.Arbitrary<GuildRecord> = fc.record({
  guildId: id,
  settings: fc.record({
    dropChannelIds: listOf(id),
    allowedChannelIds: listOf(id),
    allowedRoleIds: listOf(id),
    steering: fc.constantFrom('requester', 'everyone'),
    rendering: fc.constantFrom('always', 'ask'),
    atOncePerPerson: maybe(fc.nat()),
    atOncePerServer: maybe(fc.nat()),
    aDayPerPerson: maybe(fc.nat()),
    locale: maybe(locale),
  }),
});

const listener: fc.Arbitrary<ListenerRecord> = fc.record({
  listenerId: text,
  heardUntilMs: number,
  directChannels: listOf(fc.record({ channelId: id, atMs: number })),
});

const usage: fc.Arbitrary<UsageRecord> = fc.record({
  usageId: id,
  entries: listOf(fc.record({ turnId: id, lane: maybe(id), atMs: number, isOver: fc.boolean() })),
});

const accountRecord: fc.Arbitrary<AccountRecord> = fc.record({
  accountId: id,
  clientId: maybe(id),
  token: maybe(text),
  expiresAtMs: maybe(number),
  userId: maybe(id),
});

export const arbitraryRecords = {
  thread,
  turn,
  render,
  arrival,
  wish,
  guild,
  usage,
  listener,
  account: accountRecord,
};

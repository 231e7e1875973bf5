/** Every sentence of a catalogue with the path to it; those that are functions are called with plain values. */
import type { Messages } from '../../src/core/messages/catalogue.ts';
import type { ProblemKind } from '../../src/core/problems.ts';

export type Sentence = { readonly path: string; readonly text: string };

const context = {
  registerUrl: 'https://nemovideo.com/register?bind=x1',
  siteUrl: 'https://nemovideo.com',
  reference: 'x1',
  isSent: true,
};
const parts = { label: '1', name: '2', details: ['3', '4'] };

/** The compiler misses a kind here as soon as there is a new one. */
const everyKind: Record<ProblemKind, true> = {
  tokenRefused: true,
  operatorTokenRefused: true,
  sessionLost: true,
  outOfCredits: true,
  operatorOutOfCredits: true,
  unsupportedFile: true,
  fileTooLarge: true,
  fileUnreadable: true,
  clientIdMissing: true,
  planBlocked: true,
  rateLimited: true,
  accountLimit: true,
  requestRejected: true,
  backendUnavailable: true,
  answerTooLong: true,
  noAnswer: true,
  agentError: true,
  nothingToExport: true,
  renderFailed: true,
  storeFailed: true,
  internal: true,
  unknown: true,
};
const isKind = (name: string): name is ProblemKind => name in everyKind;
export const kinds: readonly ProblemKind[] = Object.keys(everyKind).filter(isKind);

/** What the sentences with something to fill in say, for one thing and for several. */
const called = (messages: Messages): Readonly<Record<string, readonly string[]>> => {
  const { activity, note, timeline } = messages;
  const { changes } = timeline;
  return {
    'activity.uploading': [activity.uploading(0, 3)],
    'activity.rendering': [activity.rendering(40), activity.rendering(null)],
    stillWorking: [messages.stillWorking(30_000), messages.stillWorking(240_000)],
    queued: [messages.queued(1), messages.queued(2)],
    dropQuestion: [messages.dropQuestion(1), messages.dropQuestion(2)],
    'note.filesRefused': kinds.flatMap((kind) => [
      note.filesRefused(['cat.bmp'], kind),
      note.filesRefused(['cat.bmp', 'cat.bmp'], kind),
    ]),
    'note.fewCredits': [note.fewCredits(0), note.fewCredits(30)],
    'note.filesReceived': [note.filesReceived(1), note.filesReceived(2)],
    'forget.done': [messages.forget.done(1, 1), messages.forget.done(2, 3)],
    about: [true, false].map((hearsWords) => messages.about({ hearsWords, version: '1' })),
    stoppedThread: [messages.stoppedThread(1, 0), messages.stoppedThread(0, 2)],
    cost: [messages.cost(1, 2), messages.cost(50, null)],
    'refused.channel': [messages.refused.channel(['1']), messages.refused.channel(['1', '2'])],
    'refused.role': [messages.refused.role(['1']), messages.refused.role(['1', '2'])],
    'refused.personBusy': [messages.refused.personBusy(1, []), messages.refused.personBusy(2, ['1', '2'])],
    'refused.serverBusy': [messages.refused.serverBusy(1), messages.refused.serverBusy(6)],
    'refused.dayUsed': [messages.refused.dayUsed(1, '2'), messages.refused.dayUsed(20, '2')],
    'settings.limit': [messages.settings.limit(1), messages.settings.limit(null)],
    question: [messages.question('1'), messages.question('')],
    'account.connected': [messages.account.connected(1), messages.account.connected(null)],
    credits: [messages.credits(1, 0), messages.credits(120, 30)],
    'places.cannotWriteThere': [
      messages.places.cannotWriteThere(['1']),
      messages.places.cannotWriteThere(['1', '2']),
    ],
    'places.missed': [messages.places.missed(['1']), messages.places.missed(['1', '2'])],
    missingPermissions: [messages.missingPermissions(['1']), messages.missingPermissions(['1', '2'])],
    starter: [messages.starter('1')],
    threadName: [messages.threadName('1'), messages.threadName('')],
    ...Object.fromEntries(
      kinds.map((kind) => [
        `problems.${kind}`,
        [messages.problems[kind](context), messages.problems[kind]({ ...context, isSent: false })],
      ]),
    ),
    'timeline.heading': [timeline.heading(1), timeline.heading(2)],
    'timeline.entry': [timeline.entry(parts), timeline.entry({ ...parts, name: null, details: [] })],
    'timeline.clips': (['video', 'audio', 'text', 'other'] as const).flatMap((kind) => [
      timeline.clips(kind, 1),
      timeline.clips(kind, 2),
    ]),
    'timeline.range': [],
    'timeline.length': [],
    'timeline.changes.added': [changes.added(parts), changes.added({ ...parts, name: null, details: [] })],
    'timeline.changes.removed': [changes.removed(parts), changes.removed({ ...parts, name: null })],
    'timeline.changes.volume': [changes.volume(1, 2), changes.volume(null, 2), changes.volume(1, null)],
    'timeline.changes.segmentsAdded': [changes.segmentsAdded('video', 1, null)],
    'timeline.changes.segmentsRemoved': [changes.segmentsRemoved('text', 2, '1')],
  };
};

/** The sentences in the order of the catalogue. Those that are not in the list above take one number or a few words. */
export const sentencesOf = (messages: Messages): readonly Sentence[] => {
  const texts = called(messages);
  const walk = (value: unknown, path: string): readonly Sentence[] => {
    if (typeof value === 'string') return [{ path, text: value }];
    if (typeof value === 'function') {
      const said = texts[path] ?? [String(Reflect.apply(value, messages, [2, 3, 4]))];
      return said.map((text) => ({ path, text }));
    }
    return typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, member]) => walk(member, path === '' ? key : `${path}.${key}`))
      : [];
  };
  return walk(messages, '');
};

/** The rules of a turn as folds over events. */
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/core/problems.ts';
import { reduceTurn } from '../../src/core/reduce-turn.ts';
import type { Timeline } from '../../src/core/timeline.ts';
import {
  type BackendEvent,
  type Found,
  type OwnEvent,
  queuedTurn,
  type TurnState,
} from '../../src/core/turn.ts';
import { seedTiming } from './stage.ts';

const timing = seedTiming;

type Event = OwnEvent | BackendEvent;

/** Events one millisecond apart, or at the time that is given with them. */
const fold = (
  events: readonly (Event | { at: number; event: Event })[],
  from: TurnState = queuedTurn,
): TurnState => {
  let atMs = 0;
  return events.reduce<TurnState>((state, item) => {
    atMs = 'at' in item ? item.at : atMs + 1;
    return reduceTurn(state, { ...('at' in item ? item.event : item), atMs }, timing);
  }, from);
};

const text = (words: string, isPartial = false, author = 'nemo_agent'): Event => ({
  type: 'text',
  author,
  text: words,
  isPartial,
});
const started: readonly Event[] = [{ type: 'started' }, { type: 'submitted' }];
const cleanEnd: Event = { type: 'closed', isClean: true, problem: null };
const cut: Event = { type: 'closed', isClean: false, problem: null };
const before: Timeline = { tracks: [], durationMs: 0, width: null, height: null };
const after: Timeline = { ...before, durationMs: 8_000, tracks: [{ kind: 'video', segments: [] }] };
const looked = (hasChanged: boolean): Event => ({
  type: 'looked',
  found: { hasChanged, fingerprint: String(hasChanged), before, after },
});
const failedLook: Event = { type: 'looked', found: null satisfies Found };
const problem = (kind: Problem['kind']): Problem => ({ kind, retry: 'never', code: null, bindId: null });

const result = (isFailed: boolean): Event => ({
  type: 'toolResult',
  id: '1',
  name: 'generate_video_with_seedance',
  isFailed,
});

describe('words', () => {
  it('shows a text once although it comes in pieces and then whole', () => {
    const state = fold([...started, text('Hel', true), text('lo', true), text('Hello')]);
    expect(state.said).toEqual(['Hello']);
    expect(state.growing).toBe('');
  });

  it('keeps earlier segments when a later one is finished', () => {
    const state = fold([...started, text('One.'), text('Tw', true), text('Two.')]);
    expect(state.said).toEqual(['One.', 'Two.']);
  });

  it('keeps what was growing when another agent takes over', () => {
    const state = fold([
      ...started,
      text('Half', true, 'first'),
      text('Other', true, 'second'),
      text('Other.', false, 'second'),
    ]);
    expect(state.said).toEqual(['Half', 'Other.']);
  });

  it('takes nothing away for an empty final', () => {
    expect(fold([...started, text('Words', true), text('')]).growing).toBe('Words');
  });

  it('keeps unconfirmed words when the stream is cut', () => {
    expect(fold([...started, text('Working on ', true), text('it', true), cut]).said).toEqual([
      'Working on it',
    ]);
  });

  it('ignores what arrives before the instruction was sent', () => {
    expect(fold([{ type: 'started' }, text('early')]).said).toEqual([]);
  });
});

describe('the end of a stream', () => {
  it('answers after one look when there are words', () => {
    const state = fold([...started, text('Done.'), cleanEnd, looked(false)]);
    expect(state).toMatchObject({ phase: 'settled', outcome: 'answered', change: null });
  });

  it('knows the change behind an answer', () => {
    const state = fold([...started, text('Done.'), cleanEnd, looked(true)]);
    expect(state).toMatchObject({ phase: 'settled', outcome: 'answered', change: { before, after } });
  });

  it('still answers when the state cannot be read', () => {
    const once = fold([...started, text('Done.'), cleanEnd, failedLook]);
    expect(once.phase).toBe('reconciling');
    expect(fold([failedLook, failedLook], once)).toMatchObject({ phase: 'settled', outcome: 'answered' });
  });

  it('is an edit when nothing was said and the timeline changed', () => {
    expect(fold([...started, cleanEnd, looked(true)])).toMatchObject({
      outcome: 'edited',
      change: { before, after },
    });
  });

  it('looks three times before it says that nothing changed, because writes may come late', () => {
    const twice = fold([...started, cleanEnd, looked(false), looked(false)]);
    expect(twice.phase).toBe('reconciling');
    expect(fold([looked(false)], twice)).toMatchObject({ phase: 'settled', outcome: 'unchanged' });
    expect(fold([looked(true)], twice)).toMatchObject({ phase: 'settled', outcome: 'edited' });
  });

  it('does not claim that nothing changed when it never saw the state', () => {
    const state = fold([...started, cleanEnd, failedLook, failedLook, failedLook]);
    expect(state).toMatchObject({ outcome: 'failed', problem: { kind: 'backendUnavailable' } });
  });

  it('reports an error event when nothing changed, and drops it when something did', () => {
    const error: Event = { type: 'error', problem: problem('agentError'), detail: 'x', isFinal: true };
    const ended = fold([...started, text('Half', true), error, cleanEnd]);
    expect(ended.phase).toBe('reconciling');
    expect(fold([looked(false), looked(false), looked(false)], ended)).toMatchObject({
      outcome: 'failed',
      problem: { kind: 'agentError' },
    });
    expect(fold([looked(true)], ended)).toMatchObject({ outcome: 'edited', problem: null });
  });

  it('goes on after an error event that is not the end', () => {
    const error: Event = { type: 'error', problem: problem('agentError'), detail: null, isFinal: false };
    expect(fold([...started, error, text('Recovered.'), cleanEnd, looked(false)])).toMatchObject({
      outcome: 'answered',
      problem: null,
    });
  });

  it('waits for the person after a question', () => {
    const question: Event = { type: 'question', id: '1', text: 'Replace the music?' };
    const state = fold([...started, question, cleanEnd, looked(false)]);
    expect(state).toMatchObject({ outcome: 'answered', question: { text: 'Replace the music?' } });
  });
});

describe('a broken stream', () => {
  it('is looked at after 30 s and then every 60 s, five times in all, and never sent again', () => {
    let state = fold([...started, { at: 1_000, event: cut }]);
    const times: number[] = [];
    while (state.looking !== null) {
      times.push(state.looking.nextLookAtMs);
      state = reduceTurn(state, { ...looked(false), atMs: state.looking.nextLookAtMs }, timing);
    }
    expect(fold([...started, cut]).looking?.why).toBe('dropped');
    expect(times).toEqual([31_000, 91_000, 151_000, 211_000, 271_000]);
    expect(state).toMatchObject({ outcome: 'failed', problem: { kind: 'noAnswer' } });
  });

  it('is an edit as soon as two looks agree on a change, because the agent may still be at work', () => {
    expect(fold([...started, cut, looked(false), looked(true), looked(true)])).toMatchObject({
      outcome: 'edited',
    });
  });

  it('looks again soon after a change was found', () => {
    const state = fold([...started, cut, { at: 31_000, event: looked(true) }]);
    expect(state).toMatchObject({ phase: 'reconciling', looking: { looks: 1, nextLookAtMs: 61_000 } });
  });

  it('takes a change at the last look as it is', () => {
    const looks = [looked(false), looked(false), looked(false), looked(false), looked(true)];
    expect(fold([...started, cut, ...looks])).toMatchObject({ outcome: 'edited' });
  });

  it.each([
    ['15 minutes in all', [{ at: 899_000, event: text('x') }], 900_002, 'timeLimit'],
    [
      '10 minutes of heartbeats',
      [{ at: 300_000, event: { type: 'heartbeat' } as const }],
      600_002,
      'stalled',
    ],
  ])('ends after %s', (_name, events, atMs, why) => {
    const open = fold([...started, ...events]);
    expect(reduceTurn(open, { type: 'tick', atMs: atMs - 2_000 }, timing).phase).toBe('streaming');
    expect(reduceTurn(open, { type: 'tick', atMs }, timing)).toMatchObject({
      phase: 'reconciling',
      looking: { why, nextLookAtMs: atMs + 30_000 },
    });
  });

  it.each<Event>([
    text('word'),
    { type: 'toolCall', id: '1', name: 'edit_multitrack' },
    { type: 'toolResult', id: '1', name: 'edit_multitrack', isFailed: true },
  ])('counts $type as substance', (event) => {
    const open = fold([...started, { at: 300_000, event }]);
    expect(reduceTurn(open, { type: 'tick', atMs: 700_000 }, timing).phase).toBe('streaming');
  });

  it('is looked at after a restart, with a note for the person', () => {
    const state = fold([{ at: 5_000, event: { type: 'restarted' } }], fold([...started, text('Half', true)]));
    expect(state).toMatchObject({
      phase: 'reconciling',
      looking: { why: 'restarted', nextLookAtMs: 35_000 },
      said: ['Half'],
    });
    expect(state.notes).toEqual([{ kind: 'restarted' }]);
  });
});

describe('stages and tools', () => {
  it.each([
    ['generate_video_with_seedance', 'generating'],
    ['generate_music_suno', 'music'],
    ['add_bgm', 'music'],
    ['edit_multitrack', 'editing'],
    ['analyze_video', 'analysing'],
    ['search', 'thinking'],
  ])('shows %s as %s', (name, activity) => {
    expect(fold([...started, { type: 'toolCall', id: '1', name }]).activity).toBe(activity);
  });

  it('notices the raw clip when its tool succeeded, and not when it failed', () => {
    expect(fold([...started, result(true)]).rawClip).toBe('none');
    expect(fold([...started, result(false)])).toMatchObject({ rawClip: 'ready', toolsSucceeded: 1 });
  });
});

describe('the raw clip', () => {
  it('is told by us only until the agent speaks again', () => {
    const ready = fold([
      ...started,
      text('I will.'),
      { type: 'toolResult', id: '1', name: 'generate_video', isFailed: false },
    ]);
    expect(ready.rawClip).toBe('ready');
    expect(fold([text('', true)], ready).rawClip).toBe('ready');
    expect(fold([text('The clip', true)], ready).rawClip).toBe('told');
    expect(fold([text('The clip is there.')], ready).rawClip).toBe('told');
  });
});

describe('a settled turn', () => {
  it('never changes again', () => {
    const settled = fold([...started, text('Done.'), cleanEnd, looked(true)]);
    const events: readonly Event[] = [
      { type: 'cancelled' },
      { type: 'failed', problem: problem('internal') },
      text('late'),
      looked(false),
      cut,
    ];
    for (const event of events) expect(reduceTurn(settled, { ...event, atMs: 99 }, timing)).toBe(settled);
  });

  it('keeps the words that were there when the person stopped it', () => {
    expect(fold([...started, text('Half', true), { type: 'cancelled' }])).toMatchObject({
      outcome: 'cancelled',
      said: ['Half'],
    });
  });

  it('carries our own answer', () => {
    expect(
      fold([{ type: 'started' }, { type: 'replied', text: '5 credits', choices: 'none' }]),
    ).toMatchObject({ outcome: 'answered', reply: '5 credits' });
  });
});

const at = (state: TurnState, event: Event, atMs: number) => reduceTurn(state, { ...event, atMs }, timing);

describe('one event after the other', () => {
  it('starts once, at the time of its start', () => {
    const preparing = fold([{ at: 5, event: { type: 'started' } }]);
    expect(preparing).toMatchObject({ phase: 'preparing', startedAtMs: 5, activity: 'connecting' });
    expect(at(preparing, { type: 'started' }, 9)).toBe(preparing);
  });

  it('tells how far the files are, and thinks once the instruction was sent', () => {
    const uploading = fold([{ type: 'started' }, { type: 'uploading', done: 1, total: 3 }]);
    expect(uploading).toMatchObject({ activity: 'uploading', uploads: { done: 1, total: 3 } });
    expect(at(uploading, { type: 'submitted' }, 40)).toMatchObject({
      phase: 'streaming',
      activity: 'thinking',
      submittedAtMs: 40,
    });
  });

  it('keeps its notes in their order', () => {
    const first = { kind: 'sessionRenewed' } as const;
    const second = { kind: 'filesReceived', count: 2 } as const;
    expect(
      fold([
        { type: 'noted', note: first },
        { type: 'noted', note: second },
      ]).notes,
    ).toEqual([first, second]);
  });

  it('learns nothing from a heartbeat', () => {
    const open = fold([...started, text('Half', true)]);
    expect(at(open, { type: 'heartbeat' }, 99)).toBe(open);
  });

  it('goes on with another segment when the author stays the same', () => {
    const state = fold([...started, text('One.'), text('Tw', true), text('o', true)]);
    expect(state).toMatchObject({ said: ['One.'], growing: 'Two', growingAuthor: 'nemo_agent' });
  });

  it("does not take another agent's whole text for the end of what was growing", () => {
    const state = fold([...started, text('Half', true, 'first'), text('Whole.', false, 'second')]);
    expect(state).toMatchObject({ said: ['Half', 'Whole.'], growing: '', growingAuthor: null });
  });

  it('gives up the author of what is finished', () => {
    const state = fold([
      ...started,
      text('One.', false, 'first'),
      text('Two', true, 'second'),
      text('Two.', false, 'second'),
      text('Three', true, 'first'),
    ]);
    expect(state).toMatchObject({ said: ['One.', 'Two.'], growing: 'Three', growingAuthor: 'first' });
    expect(fold([cut], state)).toMatchObject({ growing: '', growingAuthor: null });
  });

  it('counts words, tools and questions as substance, but no empty piece', () => {
    const open = fold([...started]);
    const isQuiet = (event: Event) =>
      at(at(open, event, 300_000), { type: 'tick' }, 700_000).phase === 'reconciling';
    expect(isQuiet(text('', true))).toBe(true);
    expect(isQuiet(text(''))).toBe(true);
    expect(isQuiet(text('word', true))).toBe(false);
    expect(isQuiet({ type: 'question', id: '1', text: null })).toBe(false);
    expect(isQuiet(result(false))).toBe(false);
  });

  it('thinks again once a tool is through, and counts those that succeeded', () => {
    const state = fold([
      ...started,
      { type: 'toolCall', id: '1', name: 'edit_multitrack' },
      { type: 'toolResult', id: '1', name: 'edit_multitrack', isFailed: false },
      result(true),
      result(false),
    ]);
    expect(state).toMatchObject({ activity: 'thinking', toolsSucceeded: 2, rawClip: 'ready' });
  });

  it('knows of no raw clip when other tools succeed', () => {
    const edited: Event = { type: 'toolResult', id: '1', name: 'edit_multitrack', isFailed: false };
    expect(fold([...started, edited]).rawClip).toBe('none');
    expect(fold([...started, result(false), edited]).rawClip).toBe('ready');
    expect(fold([...started, edited, text('Fine.')]).rawClip).toBe('none');
  });

  it.each([
    ['seedance_v2', 'generating'],
    ['IMAGE_TO_VIDEO', 'generating'],
    ['suno', 'music'],
    ['mix_audio', 'music'],
    ['voice_over', 'music'],
    ['understand_media', 'analysing'],
    ['analyse', 'analysing'],
    ['update_draft', 'editing'],
    ['add_title', 'editing'],
    ['split_track', 'editing'],
    ['captions', 'editing'],
    ['timeline', 'editing'],
  ])('shows %s as %s too', (name, activity) => {
    expect(fold([...started, { type: 'toolCall', id: '1', name }]).activity).toBe(activity);
  });
});

describe('events that come too late or too early', () => {
  it('change nothing: a second end, a look that nobody asked for', () => {
    const ended = fold([...started, text('Done.'), cleanEnd]);
    expect(reduceTurn(ended, { ...cut, atMs: 9 }, timing)).toBe(ended);
    const open = fold([...started]);
    expect(reduceTurn(open, { ...looked(true), atMs: 9 }, timing)).toBe(open);
    expect(reduceTurn(ended, { ...text('late'), atMs: 9 }, timing)).toBe(ended);
  });

  it('do not end a turn by time that is not streaming', () => {
    const tick: OwnEvent = { type: 'tick' };
    for (const state of [queuedTurn, fold([{ type: 'started' }]), fold([...started, cleanEnd])])
      expect(reduceTurn(state, { ...tick, atMs: 1e9 }, timing)).toBe(state);
  });
});

const tickAt = (state: TurnState, atMs: number) => reduceTurn(state, { type: 'tick', atMs }, timing);

describe('the limits of a stream', () => {
  const open = fold([{ type: 'started' }, { at: 1_000, event: { type: 'submitted' } }]);

  it('begin with the moment when the instruction was sent, to the millisecond', () => {
    expect(tickAt(open, 600_999)).toBe(open);
    expect(tickAt(open, 601_000)).toMatchObject({ looking: { why: 'stalled', nextLookAtMs: 631_000 } });
    const talking = fold([{ at: 890_000, event: text('word', true) }], open);
    expect(tickAt(talking, 900_999)).toBe(talking);
    expect(tickAt(talking, 901_000)).toMatchObject({
      phase: 'reconciling',
      said: ['word'],
      growing: '',
      looking: { why: 'timeLimit', looks: 0, lastSeen: null, nextLookAtMs: 931_000 },
    });
  });
});

describe('a restart', () => {
  const restarted: Event = { type: 'restarted' };

  it('leaves alone what was not sent yet', () => {
    for (const state of [queuedTurn, fold([{ type: 'started' }])])
      expect(reduceTurn(state, { ...restarted, atMs: 9 }, timing)).toBe(state);
  });

  it('goes on with looks that were under way, with a note', () => {
    const looking = fold([...started, { at: 1_000, event: cut }]);
    const state = reduceTurn(looking, { ...restarted, atMs: 9_000 }, timing);
    expect(state.looking).toEqual(looking.looking);
    expect(state.notes).toEqual([{ kind: 'restarted' }]);
  });
});

const found = (fingerprint: string, hasChanged: boolean): Event => ({
  type: 'looked',
  found: { hasChanged, fingerprint, before, after },
});

describe('looks at the state', () => {
  it('begin at once after a clean end, and follow each other quickly', () => {
    const ended = fold([...started, { at: 1_000, event: cleanEnd }]);
    expect(ended.looking).toEqual({ why: 'silent', looks: 0, nextLookAtMs: 1_000, lastSeen: null });
    expect(fold([{ at: 2_000, event: looked(false) }], ended).looking).toEqual({
      why: 'silent',
      looks: 1,
      nextLookAtMs: 5_000,
      lastSeen: 'false',
    });
    const quick = { ...timing, reconcileIntervalMs: 100 };
    expect(reduceTurn(ended, { ...looked(false), atMs: 2_000 }, quick).looking?.nextLookAtMs).toBe(2_100);
  });

  it('remember what the last one saw that succeeded', () => {
    const state = fold([...started, cut, found('a', false), failedLook]);
    expect(state.looking).toMatchObject({ looks: 2, lastSeen: 'a' });
  });

  it('take no change for final while it goes on changing', () => {
    const state = fold([...started, cut, found('a', true), found('b', true)]);
    expect(state).toMatchObject({ phase: 'reconciling', change: null });
    expect(fold([found('b', true)], state)).toMatchObject({ outcome: 'edited' });
  });

  it('end with what changed, although words came before the stream broke', () => {
    expect(fold([...started, text('Half', true), cut, looked(true), looked(true)])).toMatchObject({
      outcome: 'edited',
      said: ['Half'],
      change: { before, after },
      looking: null,
    });
  });

  it('find the backend out of reach when none succeeded, or no answer when nothing changed', () => {
    const failed = [failedLook, failedLook, failedLook, failedLook, failedLook];
    expect(fold([...started, cut, ...failed])).toMatchObject({
      outcome: 'failed',
      problem: { kind: 'backendUnavailable', retry: 'never', code: null, bindId: null },
    });
    expect(fold([...started, text('Half', true), cut, ...failed.slice(1), looked(false)])).toMatchObject({
      outcome: 'failed',
      problem: { kind: 'noAnswer', retry: 'never', code: null, bindId: null },
    });
  });

  it('report the reason that the end itself gave', () => {
    const end: Event = { type: 'closed', isClean: true, problem: problem('answerTooLong') };
    const ended = fold([...started, text('Half', true), end]);
    expect(ended.looking?.why).toBe('silent');
    expect(fold([looked(false), looked(false), looked(false)], ended)).toMatchObject({
      outcome: 'failed',
      problem: { kind: 'answerTooLong' },
    });
  });

  it('are made once after a question without words', () => {
    const question: Event = { type: 'question', id: '1', text: null };
    expect(fold([...started, question, cleanEnd]).looking?.why).toBe('answered');
    expect(fold([...started, text(' '), cleanEnd]).looking?.why).toBe('silent');
  });
});

describe('an end of our own', () => {
  it('keeps the problem that it failed with', () => {
    expect(fold([{ type: 'started' }, { type: 'failed', problem: problem('storeFailed') }])).toMatchObject({
      phase: 'settled',
      outcome: 'failed',
      problem: { kind: 'storeFailed' },
    });
  });

  it('carries the answer and whether things to try come with it', () => {
    const replied: Event = { type: 'replied', text: 'Hi', choices: 'examples' };
    expect(fold([replied])).toMatchObject({ outcome: 'answered', reply: 'Hi', choices: 'examples' });
  });

  it('forgets looks that were planned', () => {
    expect(fold([...started, cut, { type: 'cancelled' }])).toMatchObject({
      outcome: 'cancelled',
      looking: null,
      problem: null,
    });
  });
});

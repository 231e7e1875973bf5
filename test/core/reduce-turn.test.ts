/** The rules of a turn as folds over events. */
import { describe, expect, it } from 'vitest';
import type { Timing } from '../../src/core/limits.ts';
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

const timing: Timing = {
  noticeIntervalMs: 120_000,
  reconcileFirstMs: 30_000,
  reconcileIntervalMs: 60_000,
  streamMaxMs: 900_000,
  streamQuietMaxMs: 600_000,
  renderPollIntervalMs: 30_000,
};

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
    const state = fold([...started, text('Done.'), cleanEnd, failedLook, failedLook, failedLook]);
    expect(state).toMatchObject({ phase: 'settled', outcome: 'answered' });
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
    expect(fold([looked(true)], ended)).toMatchObject({ outcome: 'answered', problem: null });
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
      fold([{ type: 'started' }, { type: 'replied', text: '5 credits', hasExamples: false }]),
    ).toMatchObject({ outcome: 'answered', reply: '5 credits' });
  });
});

/** What a person sees of a turn in each of its states. */
import { describe, expect, it } from 'vitest';
import { messagesFor } from '../../src/core/messages/messages.ts';
import type { Problem, ProblemKind } from '../../src/core/problems.ts';
import { viewTurn } from '../../src/core/turn-view.ts';
import {
  aProblem,
  contextOf,
  renderOf,
  seedTiming,
  settledTurn,
  timelineOf,
  track,
  turnOf,
} from './stage.ts';

const messages = messagesFor('en');
const streaming = { phase: 'streaming', activity: 'thinking', startedAtMs: 0, submittedAtMs: 1 } as const;
const video = track('video', 'beach');
const music = track('audio', 'Lo-fi');
const title = track('text', 'Paradise');
const action = (label: string, customId: string) => ({ kind: 'action', label, customId, tone: 'neutral' });

describe('a turn that has not begun', () => {
  it('says how many requests come before it', () => {
    const { text, footer, isFinal } = viewTurn(turnOf({}), contextOf({ ahead: 2, nowMs: 600_000 }));
    expect(text).toBe(messages.queued(2));
    expect(footer).toBeNull();
    expect(isFinal).toBe(false);
    const handingOver = turnOf({ activity: 'uploading', uploads: { done: 0, total: 2 } });
    expect(viewTurn(handingOver, contextOf({ ahead: 2 })).footer).toBeNull();
  });

  it.each([
    ['it is its turn', turnOf({})],
    ['it is being prepared', turnOf({ phase: 'preparing', startedAtMs: 0 })],
  ])('says "Connecting..." as soon as %s, once', (_name, state) => {
    expect(viewTurn(state, contextOf())).toMatchObject({ text: 'Connecting...', footer: null });
  });

  it('forgets the requests before it once it has begun', () => {
    const state = turnOf({ phase: 'preparing', startedAtMs: 0 });
    expect(viewTurn(state, contextOf({ ahead: 1 })).text).toBe('Connecting...');
  });

  it('counts the files that are handed over, beginning with the first', () => {
    const state = turnOf({ phase: 'preparing', startedAtMs: 0, activity: 'uploading' });
    const footerOf = (uploads: { done: number; total: number } | null) =>
      viewTurn({ ...state, uploads }, contextOf()).footer;
    expect(footerOf({ done: 0, total: 3 })).toBe('📤 Uploading 1 of 3');
    expect(footerOf({ done: 3, total: 3 })).toBe('📤 Uploading 3 of 3');
    expect(footerOf(null)).toBe('📤 Uploading 0 of 0');
  });
});

describe('a turn at work', () => {
  it('says that it is ready, without technical detail, until the agent speaks', () => {
    expect(viewTurn(turnOf(streaming), contextOf()).text).toBe(messages.ready);
    expect(viewTurn(turnOf({ ...streaming, growing: 'Hello' }), contextOf()).text).toBe('Hello');
    expect(viewTurn(turnOf({ ...streaming, said: ['Hello.'] }), contextOf()).text).toBe('Hello.');
    expect(viewTurn(turnOf({ ...streaming, said: ['\n'], growing: ' ' }), contextOf()).text).toBe(
      messages.ready,
    );
  });

  it('shows finished and growing words as paragraphs, and leaves out empty ones', () => {
    const state = turnOf({ ...streaming, said: ['One.', '', ' ', 'Two.'], growing: 'Thr' });
    expect(viewTurn(state, contextOf()).text).toBe('One.\n\nTwo.\n\nThr');
  });

  it('holds back an unfinished instruction for a screen only in the words that still grow', () => {
    const growing = turnOf({ ...streaming, said: ['Now click'], growing: 'It is in. Now click' });
    expect(viewTurn(growing, contextOf()).text).toBe(`${messages.gui.offers.change}\n\nIt is in.`);
    expect(viewTurn({ ...growing, growing: '' }, contextOf()).text).toContain(messages.gui.offers.change);
    const said = turnOf({ ...streaming, phase: 'reconciling', growing: 'It is in. Now click' });
    expect(viewTurn(said, contextOf()).text).toContain(messages.gui.offers.change);
  });

  it.each([
    ['thinking', '💭 Working on it'],
    ['generating', '🎬 Generating video'],
    ['music', '🎵 Adding music'],
    ['editing', '✂️ Editing'],
    ['analysing', '🔍 Looking at your pictures'],
  ] as const)('tells in its footer that it is %s', (activity, footer) => {
    expect(viewTurn(turnOf({ ...streaming, activity }), contextOf()).footer).toBe(footer);
  });

  it('tells that the result is being looked up', () => {
    const state = turnOf({ ...streaming, phase: 'reconciling', activity: 'music' });
    expect(viewTurn(state, contextOf()).footer).toBe('🔍 Checking the result');
  });

  it.each([
    [119_999, null],
    [120_000, '⏳ Still working... (2 min)'],
    [239_999, '⏳ Still working... (2 min)'],
    [240_000, '⏳ Still working... (4 min)'],
    [3_840_000, '⏳ Still working... (1 h 4 min)'],
  ])('after %d ms its sign of life is %j', (elapsedMs, notice) => {
    const state = turnOf({ ...streaming, startedAtMs: 5_000 });
    const { footer } = viewTurn(state, contextOf({ nowMs: 5_000 + elapsedMs }));
    expect(footer).toBe(['💭 Working on it', notice].filter((part) => part !== null).join(' · '));
  });

  it('shows a sign of life while it connects, and an activity before it has started', () => {
    const connecting = turnOf({ phase: 'preparing', startedAtMs: 0 });
    expect(viewTurn(connecting, contextOf({ nowMs: 130_000 })).footer).toBe('⏳ Still working... (2 min)');
    expect(viewTurn(turnOf({ ...streaming, startedAtMs: null }), contextOf({ nowMs: 1e9 })).footer).toBe(
      '💭 Working on it',
    );
  });

  it('tells of the raw clip at once, and no more once the agent did or the turn moved on', () => {
    const ready = turnOf({ ...streaming, said: ['One moment.'], rawClip: 'ready' });
    expect(viewTurn(ready, contextOf()).text).toBe(`One moment.\n\n${messages.rawClipReady}`);
    for (const state of [
      turnOf({ ...ready, rawClip: 'told' }),
      turnOf({ ...ready, phase: 'reconciling' }),
      settledTurn({ said: ['One moment.'], rawClip: 'ready' }),
    ]) {
      expect(viewTurn(state, contextOf()).text).toBe('One moment.');
    }
  });

  it('can be stopped', () => {
    for (const state of [turnOf({}), turnOf(streaming), turnOf({ ...streaming, phase: 'reconciling' })]) {
      expect(viewTurn(state, contextOf()).buttons).toEqual([
        { kind: 'action', label: 'Stop', customId: 'stop:turn-1', tone: 'neutral' },
      ]);
    }
  });

  it('looks at a bounded beginning of endless words, and at all of them in the end', () => {
    const endless = 'Again and again. '.repeat(10_000);
    const shownLength = viewTurn(turnOf({ ...streaming, said: [endless], growing: endless }), contextOf())
      .text.length;
    expect(shownLength).toBeGreaterThan(10_000);
    expect(shownLength).toBeLessThanOrEqual(20_000);
    const pieces = Array.from({ length: 30 }, () => endless.slice(0, 1_700));
    expect(
      viewTurn(turnOf({ ...streaming, said: pieces, growing: 'x' }), contextOf()).text.length,
    ).toBeLessThan(20_100);
    expect(viewTurn(settledTurn({ said: [endless] }), contextOf()).text).toHaveLength(
      endless.trimEnd().length + 1,
    );
  });

  it('names the notice interval that the operator set', () => {
    const timing = { ...seedTiming, noticeIntervalMs: 10_000 };
    expect(viewTurn(turnOf(streaming), contextOf({ timing, nowMs: 25_000 })).footer).toBe(
      '💭 Working on it · ⏳ Still working... (20 s)',
    );
  });
});

describe('notes', () => {
  it('tell of a change of words for as long as they wait', () => {
    const notes = [{ kind: 'wordsChanged' }] as const;
    const waiting = turnOf({ phase: 'queued', notes });
    expect(viewTurn(waiting, contextOf({ ahead: 1 })).text).toBe(
      `${messages.note.wordsChanged}\n\n${messages.queued(1)}`,
    );
    expect(viewTurn(settledTurn({ notes, said: ['Done.'] }), contextOf()).text).toBe('Done.');
  });

  it('stand before the words, each in its own', () => {
    const state = settledTurn({
      said: ['Done.'],
      notes: [
        { kind: 'sessionRenewed' },
        { kind: 'restarted' },
        { kind: 'filesReceived', count: 2 },
        { kind: 'fileRefused', name: 'cat.bmp', reason: 'unsupportedFile' },
      ],
    });
    expect(viewTurn(state, contextOf()).text.split('\n\n')).toEqual([
      messages.note.sessionRenewed,
      messages.note.restarted,
      '📥 Got 2 files.',
      expect.stringContaining("**cat.bmp** was left out: this kind of file can't be used."),
      'Done.',
    ]);
  });
});

describe('an answer', () => {
  it('that got too long says so under its words, and how to go on', () => {
    const state = settledTurn({ said: ['First, the'], notes: [{ kind: 'answerCut' }] });
    const { text } = viewTurn(state, contextOf());
    expect(text).toBe(`First, the\n\n${messages.note.answerCut}`);
    expect(text).toContain('Write *go on*');
    const broken = { ...state, outcome: 'failed', problem: aProblem('noAnswer') } as const;
    expect(viewTurn(broken, contextOf()).text).not.toContain(messages.keptIncomplete);
  });

  it('is the words alone, without a footer or buttons', () => {
    expect(viewTurn(settledTurn({ said: ['Your title is in.'] }), contextOf({ nowMs: 1e9 }))).toEqual({
      text: 'Your title is in.',
      footer: null,
      buttons: [],
      isFinal: true,
    });
  });

  it('loses the trailing temporary issue when something else succeeded', () => {
    const issue = 'I encountered a temporary issue.';
    expect(viewTurn(settledTurn({ said: ['Done.', issue] }), contextOf()).text).toBe('Done.');
    expect(viewTurn(settledTurn({ said: [issue] }), contextOf()).text).toBe(issue);
    expect(viewTurn(settledTurn({ said: ['Hm.', issue], toolsSucceeded: 1 }), contextOf()).text).toBe('Hm.');
  });

  it('asks what the agent wants to know', () => {
    const asked = settledTurn({ question: { text: 'Replace the music?' } });
    expect(viewTurn(asked, contextOf()).text).toBe(
      '❓ I need your answer here before I go on: Replace the music?',
    );
    expect(viewTurn(asked, contextOf({}, 'zh')).text).toBe('❓ 继续之前，请在这里回答我：Replace the music?');
    const open = settledTurn({ question: { text: 'Which song? Go to' } });
    expect(viewTurn(open, contextOf()).text).toContain('Which song? Go to');
    expect(viewTurn(settledTurn({ question: { text: null } }), contextOf()).text).toBe(
      '❓ I need your answer here before I go on.',
    );
  });

  it('asks without technical detail and without links behind words', () => {
    const text = 'Is it [this one](https://evil.example)? I work with nmv_usr_Zm9vYmFy.';
    const { text: read } = viewTurn(settledTurn({ question: { text } }), contextOf());
    expect(read).toContain('[this one] (https://evil.example)');
    expect(read).not.toContain('nmv_usr_');
    const answer = viewTurn(settledTurn({ outcome: 'answered', said: [text] }), contextOf()).text;
    expect(answer).toContain('[this one] (https://evil.example)');
  });

  it('can be our own, with three things to try as buttons', () => {
    const state = settledTurn({ reply: 'Ready when you are.', choices: 'examples' });
    const { text, buttons } = viewTurn(state, contextOf());
    expect(text).toBe('Ready when you are.');
    expect(buttons).toEqual(
      messages.examples.map((label, index) => ({
        kind: 'action',
        label,
        customId: `example:${index}:4711`,
        tone: 'neutral',
      })),
    );
  });

  it('can be a question of our own, with ways to say more exactly what was meant, and a way past it', () => {
    const { question, labels, anyway } = messages.vague;
    const { text, buttons } = viewTurn(settledTurn({ reply: question, choices: 'clearer' }), contextOf());
    expect(text).toBe(question);
    expect(buttons).toEqual([
      ...labels.map((label, index) => action(label, `clearer:${index}:4711`)),
      action(anyway, 'anyway:turn-1'),
    ]);
  });

  it('is shown to its last word when it is over, however that looks', () => {
    const said = ['The film is ready.', 'Which song? Go to'];
    expect(viewTurn(settledTurn({ said }), contextOf()).text).toBe(said.join('\n\n'));
    const growing = turnOf({
      phase: 'streaming',
      said: ['The film is ready.'],
      growing: 'Which song? Go to',
    });
    expect(viewTurn(growing, contextOf()).text).toBe('The film is ready.\n\nWhich song?');
  });

  it('has what it took in its small line, also when its video failed', () => {
    const cost = { took: 50, left: 10 };
    const footer = (phase: 'delivered' | 'failed') =>
      viewTurn(settledTurn({}), contextOf({ cost, render: renderOf({ phase }) })).footer;
    expect(footer('failed')).toBe(messages.cost(50, 10));
    expect(footer('delivered')).toBe(`${messages.render.delivered} · ${messages.cost(50, 10)}`);
  });

  it.each([
    ['while it runs', { phase: 'streaming', outcome: null }, true],
    ['when it failed', { phase: 'settled', outcome: 'failed' }, true],
    ['not any more when they were enough', { phase: 'settled', outcome: 'answered' }, false],
  ] as const)('says that few credits are left %s', (_when, changes, isTold) => {
    const state = turnOf({ ...changes, notes: [{ kind: 'fewCredits', available: 30 }] });
    expect(viewTurn(state, contextOf()).text.includes(messages.note.fewCredits(30))).toBe(isTold);
  });

  it('offers the video where the server renders on request, until somebody has asked for it', () => {
    const state = settledTurn({ said: ['The title is in.'] });
    const offered = viewTurn(state, contextOf({ isRenderOffered: true }));
    expect(offered.buttons).toEqual([{ ...action(messages.buttons.render, 'render:4711'), tone: 'primary' }]);
    expect(offered.footer).toBe(messages.renderOffer);
    const render = renderOf({ phase: 'delivered' });
    expect(viewTurn(state, contextOf({ isRenderOffered: true, render })).buttons).toEqual([]);
  });

  it('does not repeat in our words what the agent has told of a change', () => {
    const state = settledTurn({
      said: ['The title is in.'],
      change: { before: timelineOf(video), after: timelineOf(video, title) },
    });
    expect(viewTurn(state, contextOf()).text).toBe('The title is in.');
  });
});

describe('an edit without words', () => {
  it('tells what changed', () => {
    const state = settledTurn({
      outcome: 'edited',
      change: { before: timelineOf(video), after: timelineOf(video, title) },
    });
    expect(viewTurn(state, contextOf()).text).toBe(
      'Done. This is what changed:\n✅ Title added: "Paradise" (0-10s)',
    );
    expect(viewTurn(state, contextOf({}, 'zh')).text).toBe(
      '完成。改动如下：\n✅ 已添加标题：“Paradise”（0-10秒）',
    );
  });

  it('tells what changed after words that broke off', () => {
    const change = { before: timelineOf(video), after: timelineOf(video, title) };
    const state = settledTurn({ outcome: 'edited', said: ['I am just'], change });
    expect(viewTurn(state, contextOf()).text).toBe(
      `I am just\n\n${messages.keptIncomplete}\n\nDone. This is what changed:\n✅ Title added: "Paradise" (0-10s)`,
    );
  });

  it('says so when the change has no name here', () => {
    const state = settledTurn({
      outcome: 'edited',
      change: { before: timelineOf(video), after: timelineOf(video) },
    });
    expect(viewTurn(state, contextOf()).text).toBe(messages.somethingChanged);
  });

  it('shows all tracks, to keep or strip, when music and titles came after the raw clip', () => {
    const change = { before: timelineOf(), after: timelineOf(video, music, title) };
    for (const rawClip of ['ready', 'told'] as const) {
      expect(viewTurn(settledTurn({ rawClip, said: ['Done.'], change }), contextOf()).text).toBe(
        [
          'Done.\n',
          messages.tracksAdded,
          'Timeline (3 tracks):',
          '1. Video: beach (0-10s)',
          '2. BGM: Lo-fi (0-10s)',
          '3. Title: "Paradise" (0-10s)',
        ].join('\n'),
      );
    }
  });

  it('leaves the tracks to the video that follows, and shows them itself when none comes', () => {
    const change = { before: timelineOf(), after: timelineOf(video, music) };
    const state = settledTurn({ rawClip: 'told', said: ['Done.'], change });
    for (const phase of ['prepared', 'rendering', 'ready', 'delivered'] as const) {
      const { text } = viewTurn(state, contextOf({ render: renderOf({ phase }) }));
      expect(text).toBe(`Done.\n\n${messages.tracksFollow}`);
    }
    for (const phase of ['failed', 'cancelled'] as const) {
      const { text } = viewTurn(state, contextOf({ render: renderOf({ phase }) }));
      expect(text).toContain('1. Video: beach (0-10s)');
    }
  });

  it('takes nothing back once a video follows: before that is known, it neither lists the tracks nor offers an export', () => {
    const said = [`All set. ${messages.gui.offers.export}`];
    const change = { before: timelineOf(), after: timelineOf(video, music) };
    const undecided = contextOf({ isRenderUndecided: true });
    const settled = settledTurn({ rawClip: 'told', said, change });
    expect(viewTurn(settled, undecided).text).toBe('All set.');
    expect(viewTurn(turnOf({ phase: 'streaming', said }), undecided).text).toBe('All set.');
    expect(viewTurn(settled, contextOf({ render: renderOf({}) })).text).toMatch(/^All set\.\n\n/u);
    expect(viewTurn(settledTurn({ said }), undecided).text).toBe(said[0]);
  });

  it('says that it is done when the agent made a whole film without a word', () => {
    const change = { before: timelineOf(), after: timelineOf(video, music) };
    const state = settledTurn({ outcome: 'edited', rawClip: 'told', change });
    expect(viewTurn(state, contextOf({ isRenderUndecided: true })).text).toBe(messages.done);
    expect(viewTurn(state, contextOf({ render: renderOf({}) })).text).toBe(
      `${messages.done}\n\n${messages.tracksFollow}`,
    );
  });

  it('tells of a raw clip alone what changed, since nothing was added to it', () => {
    const change = { before: timelineOf(), after: timelineOf(video) };
    const state = settledTurn({ outcome: 'edited', rawClip: 'told', change });
    expect(viewTurn(state, contextOf()).text).toContain('✅ Video added: beach (0-10s)');
    expect(viewTurn(state, contextOf()).text).not.toContain(messages.tracksAdded);
  });
});

const refused = (name: string, reason: 'fileTooLarge' | 'unsupportedFile') =>
  ({ kind: 'fileRefused', name, reason }) as const;

describe('files that were left out', () => {
  it('are named in one sentence for each reason', () => {
    const notes = [
      refused('sea.tiff', 'unsupportedFile'),
      refused('long.mov', 'fileTooLarge'),
      refused('sky.tiff', 'unsupportedFile'),
    ];
    const [formats, size, ...rest] = viewTurn(settledTurn({ notes, said: [] }), contextOf()).text.split(
      '\n\n',
    );
    expect(formats).toMatch(/^⚠️ \*\*sea.tiff\*\*, \*\*sky.tiff\*\* were left out: these kinds/u);
    expect(size).toBe(messages.note.filesRefused(['long.mov'], 'fileTooLarge'));
    expect(rest.join()).not.toContain('⚠️');
  });
});

describe('other ends', () => {
  it('say plainly that nothing changed, or that it was stopped', () => {
    expect(viewTurn(settledTurn({ outcome: 'unchanged' }), contextOf()).text).toBe(messages.unchanged);
    expect(viewTurn(settledTurn({ outcome: 'cancelled', said: ['Half'] }), contextOf()).text).toBe(
      `Half\n\n${messages.cancelled}`,
    );
    const unsent = settledTurn({ outcome: 'cancelled', submittedAtMs: null });
    expect(viewTurn(unsent, contextOf()).text).toBe(messages.takenBack);
  });

  it('say what went wrong, and that words before it are incomplete', () => {
    const failed = settledTurn({ outcome: 'failed', problem: aProblem('noAnswer') });
    expect(viewTurn(failed, contextOf()).text).toBe(messages.problems.noAnswer(problemContext));
    expect(viewTurn({ ...failed, said: ['I am just'] }, contextOf()).text).toBe(
      `I am just\n\n${messages.keptIncomplete}\n\n${messages.problems.noAnswer(problemContext)}`,
    );
  });

  it('offer to run it again only when it failed after it was sent', () => {
    const failed = settledTurn({ outcome: 'failed', problem: aProblem('noAnswer') });
    expect(viewTurn(failed, contextOf()).buttons).toEqual([
      {
        kind: 'action',
        label: 'Run again (may cost credits)',
        customId: 'again:turn-1',
        tone: 'neutral',
      },
    ]);
    expect(viewTurn(settledTurn({ outcome: 'cancelled' }), contextOf()).buttons).toEqual([]);
  });

  it('offer to try again what was not sent, unless that would end the same', () => {
    const unsent = settledTurn({
      outcome: 'failed',
      submittedAtMs: null,
      problem: aProblem('backendUnavailable'),
    });
    expect(viewTurn(unsent, contextOf()).buttons).toEqual([
      { kind: 'action', label: 'Try again', customId: 'again:turn-1', tone: 'neutral' },
    ]);
    const refused = { ...unsent, problem: aProblem('fileUnreadable') };
    expect(viewTurn(refused, contextOf()).buttons).toEqual([]);
  });

  it('say while they are looked for that the answer broke off, and what is done about it', () => {
    const looking = { why: 'dropped', looks: 1, nextLookAtMs: 5, lastSeen: null } as const;
    const broken = turnOf({ phase: 'reconciling', submittedAtMs: 1, said: ['I am just'], looking });
    expect(viewTurn(broken, contextOf()).text).toBe(`I am just\n\n${messages.brokenOff}`);
    const silent = turnOf({ phase: 'reconciling', submittedAtMs: 1, looking: { ...looking, why: 'silent' } });
    expect(viewTurn(silent, contextOf()).text).toBe(messages.ready);
  });

  it('do not call an open turn failed before it is settled', () => {
    const open = turnOf({ ...streaming, said: ['Half'], problem: aProblem('agentError') });
    expect(viewTurn(open, contextOf()).text).toBe('Half');
  });
});

const problemContext = {
  registerUrl: 'https://nemovideo.com/register',
  siteUrl: 'https://nemovideo.com',
  isSent: true,
  reference: 'turn-1',
};

it('says that the project is kept only where there may be one', () => {
  const failed = settledTurn({ outcome: 'failed', problem: aProblem('backendUnavailable') });
  const unsent = { ...failed, submittedAtMs: null };
  expect(viewTurn(failed, contextOf()).text).toContain('Your project is kept.');
  expect(viewTurn(unsent, contextOf()).text).toContain('Nothing was changed, and nothing was charged.');
  expect(viewTurn(unsent, contextOf({}, 'zh')).text).toContain('没有任何改动，也没有产生费用');
  const render = renderOf({ phase: 'failed', problem: aProblem('backendUnavailable') });
  expect(viewTurn(settledTurn({ submittedAtMs: null }), contextOf({ render })).text).toContain(
    'project is kept',
  );
});

const failureText = (kind: ProblemKind, bindId: string | null = null) =>
  viewTurn(settledTurn({ outcome: 'failed', problem: aProblem(kind, bindId) }), contextOf()).text;

describe('a problem', () => {
  it('brings the registration page of the account whose credits are used up', () => {
    expect(failureText('outOfCredits', 'anon_1 &?')).toContain(
      'https://nemovideo.com/register?bind=anon_1%20%26%3F',
    );
    // Without an id there is an account already, to be topped up.
    expect(failureText('outOfCredits')).toMatch(/https:\/\/nemovideo\.com$/u);
    expect(failureText('planBlocked', 'anon_1')).toContain('https://nemovideo.com/register?bind=anon_1');
    expect(failureText('planBlocked')).toMatch(/https:\/\/nemovideo\.com\.$/u);
  });

  it('brings the address of the site, or the id under which it is in the log', () => {
    expect(failureText('tokenRefused')).toContain('https://nemovideo.com.');
    expect(failureText('internal')).toContain('turn-1');
  });
});

describe('the render after a turn', () => {
  const done = settledTurn({ said: ['Done.'] });
  const view = (changes: Parameters<typeof renderOf>[0], nowMs = 0) =>
    viewTurn(done, contextOf({ nowMs, render: renderOf(changes) }));
  const idsAfter = (kind: Problem['kind']) =>
    view({ phase: 'failed', problem: aProblem(kind) }).buttons.map((button) =>
      button.kind === 'action' ? button.customId : button.url,
    );

  it.each([
    [{ phase: 'prepared' }, '🎞️ Rendering'],
    [{ phase: 'submitted' }, '🎞️ Rendering'],
    [{ phase: 'rendering', progress: 41.6 }, '🎞️ Rendering 42 %'],
    [{ phase: 'ready' }, messages.render.ready],
    [{ phase: 'delivered' }, messages.render.delivered],
    [{ phase: 'cancelled' }, messages.render.cancelled],
    [{ phase: 'failed', problem: aProblem('renderFailed') }, null],
  ] as const)('is in the footer: %j', (changes, footer) => {
    expect(view(changes).footer).toBe(footer);
  });

  it('says after ten polls that it takes longer, and shows signs of life of its own', () => {
    expect(view({ phase: 'rendering', polls: 9, progress: 10 }).footer).toBe('🎞️ Rendering 10 %');
    expect(view({ phase: 'rendering', polls: 10, progress: 10 }).footer).toBe(messages.render.slow);
    expect(view({ phase: 'rendering', startedAtMs: 50_000 }, 290_000).footer).toBe(
      '🎞️ Rendering · ⏳ Still working... (4 min)',
    );
  });

  it('says in the text why it failed, and only then', () => {
    expect(view({ phase: 'failed', problem: aProblem('renderFailed') }).text).toBe(
      `Done.\n\n${messages.problems.renderFailed(problemContext)}`,
    );
    expect(view({ phase: 'ready', problem: aProblem('renderFailed') }).text).toBe('Done.');
  });

  it('can be stopped while it runs, and not afterwards', () => {
    for (const phase of ['prepared', 'submitted', 'rendering'] as const)
      expect(view({ phase }).buttons).toMatchObject([{ customId: 'stop:turn-1' }]);
    for (const phase of ['ready', 'delivered', 'cancelled', 'failed'] as const)
      expect(view({ phase }).buttons).toEqual([]);
  });

  it('can be asked for again when it failed; a refusal of the plan leads to the project as well', () => {
    expect(idsAfter('renderFailed')).toEqual(['render:4711']);
    expect(idsAfter('planBlocked')).toEqual(['project:4711', 'render:4711']);
    expect(idsAfter('nothingToExport')).toEqual([]);
  });

  it('is not shown while its turn is open', () => {
    const open = viewTurn(turnOf(streaming), contextOf({ render: renderOf({ phase: 'rendering' }) }));
    expect(open.footer).toBe('💭 Working on it');
  });
});

describe('an answer of which nothing can be shown', () => {
  it('is never an empty message', () => {
    const onlyJson = settledTurn({ said: ['{"t":[{"tt":0}],"d":10}'] });
    expect(viewTurn(onlyJson, contextOf()).text).toBe(messages.unchanged);
    const change = { before: timelineOf(video), after: timelineOf(video, title) };
    expect(viewTurn({ ...onlyJson, change }, contextOf()).text).toContain('Title added');
    const onlyNoise = settledTurn({ said: ['I encountered a temporary issue.'], toolsSucceeded: 1, change });
    expect(viewTurn(onlyNoise, contextOf()).text).toContain('Title added');
  });
});

describe('an offer to export', () => {
  const state = settledTurn({ said: ['Your film is done. Click Export to save it. Enjoy!'] });

  it('stands where nothing else brings the video', () => {
    expect(viewTurn(state, contextOf()).text).toBe(`Your film is done. ${messages.gui.offers.export} Enjoy!`);
  });

  it('is left out once the video comes by itself', () => {
    expect(viewTurn(state, contextOf({ render: renderOf({}) })).text).toBe('Your film is done. Enjoy!');
  });
});

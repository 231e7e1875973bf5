// Scenarios about what happens in a turn: silence, faults in the stream, cuts, time. The wire's shape stays as it is.
import type { Step, TurnPlan, Write } from '../script.ts';
import type { Scenario } from './scenario.ts';

const minuteMs = 60_000;

export const turnScenarios: readonly Scenario[] = [
  {
    name: 'silent edit',
    about: 'The work is done without a word.',
    turn: { steps: ({ steps }) => steps.filter(isSilent) },
  },
  {
    name: 'silent and unchanged',
    about: 'Neither a word nor a change.',
    turn: { steps: ({ steps }) => steps.filter(isSilent).map(withoutWrite) },
  },
  {
    name: 'late write',
    about: 'The stream ends without a word, and the change comes three seconds later.',
    turn: {
      steps: ({ steps }) => [
        ...steps.filter(isSilent).map(withoutWrite),
        { do: 'end' },
        { do: 'wait', ms: 3000 },
        ...writesOf(steps),
      ],
    },
  },
  {
    name: 'two stages',
    about: 'Twenty seconds pass between the raw clip and the finished film.',
    turn: {
      steps: ({ steps }) =>
        steps.flatMap((step) =>
          step.do === 'use' && step.write?.generated !== undefined
            ? [step, { do: 'beat', forMs: 20_000, everyMs: 5000 } as const]
            : [step],
        ),
    },
  },
  {
    name: 'trailing temporary issue',
    about: "After a good answer comes the backend's noise about a temporary issue.",
    turn: { steps: ({ steps, speech }) => [...steps, { do: 'say', text: speech.temporaryIssue() }] },
  },
  {
    name: 'only temporary issue',
    about: 'Nothing but the sentence about a temporary issue.',
    turn: {
      steps: ({ speech }) => [
        { do: 'wait', ms: 500 },
        { do: 'say', text: speech.temporaryIssue() },
      ],
    },
  },

  {
    name: 'error event',
    about: 'After some words: a proper {"error":…} frame, and the end.',
    turn: {
      steps: (plan) =>
        brokenOff(plan, {
          do: 'bytes',
          text: 'data: {"error":"upstream model failed: \\"quota\\" 配额不足"}\n\n',
        }),
    },
  },
  {
    name: 'error event broken json',
    about: 'The error frame has unescaped quotes.',
    turn: {
      steps: (plan) =>
        brokenOff(plan, { do: 'bytes', text: 'data: {"error": "upstream said "quota" \\ 配额不足"}\n\n' }),
    },
  },
  {
    name: 'error event spilled',
    about: 'A line break in the error spills into a line without "data:".',
    turn: {
      steps: (plan) =>
        brokenOff(plan, { do: 'bytes', text: 'data: {"error": "first line\nsecond line: "quota""}\n\n' }),
    },
  },
  {
    name: 'error event with details',
    about: 'The newest form: error and error_details.',
    turn: {
      steps: (plan) =>
        brokenOff(plan, {
          do: 'event',
          bare: true,
          event: {
            error: 'ValueError: clip is empty',
            error_details: {
              error_type: 'ValueError',
              error_message: 'clip is empty',
              timestamp: 1_795_334_937,
            },
          },
        }),
    },
  },
  {
    name: 'error event at once',
    about: 'An error frame is all that comes.',
    turn: {
      steps: () => [{ do: 'bytes', text: 'data: {"error":"Event loop is closed"}\n\n' }, { do: 'end' }],
    },
  },
  {
    name: 'empty object at the end',
    about: 'After some words: data: {}, and the end.',
    turn: { steps: (plan) => brokenOff(plan, { do: 'bytes', text: 'data: {}\n\n' }) },
  },
  {
    name: 'error code at the end',
    about: 'After some words: an event with errorCode, and the end.',
    turn: { steps: (plan) => brokenOff(plan, errorCode) },
  },
  {
    name: 'error code then success',
    about: 'An event with errorCode, and the turn goes on and succeeds.',
    turn: { steps: ({ steps }) => [errorCode, ...steps] },
  },
  {
    name: 'max tokens',
    about: 'Valid words that carry errorCode MAX_TOKENS.',
    turn: { steps: () => [maxTokens, { do: 'end' }] },
  },
  {
    name: 'error as system text',
    about: 'An ordinary-looking event of the author "system" that says "Error: …".',
    turn: {
      steps: (plan) =>
        brokenOff(plan, {
          do: 'event',
          event: { author: 'system', content: { role: 'model', parts: [{ text: 'Error: clip is empty' }] } },
        }),
    },
  },
  { name: 'empty body', about: '200 and not one byte.', turn: { steps: () => [{ do: 'end' }] } },

  {
    name: 'reset before headers',
    about: 'The connection is reset before the answer begins; the turn never ran.',
    reply: { route: 'message', make: () => ({ kind: 'reset' }) },
  },
  {
    name: 'reset though accepted',
    about: 'The connection is reset before the answer begins; the turn runs and costs.',
    turn: { isReset: true },
  },
  {
    name: 'cut, changed later',
    about: 'The stream breaks in the middle of an event; the work is finished 40 seconds later.',
    turn: {
      steps: (plan) => [
        ...opening(plan),
        ...cutMidEvent,
        { do: 'wait', ms: 40_000 },
        ...writesOf(plan.steps),
      ],
    },
  },
  {
    name: 'cut, never changed',
    about: 'The stream breaks in the middle of an event; nothing ever changes.',
    turn: { steps: (plan) => [...opening(plan), ...cutMidEvent] },
  },
  {
    name: 'cut between events',
    about: 'The stream breaks cleanly between two events; the work is finished 10 seconds later.',
    turn: {
      steps: (plan) => [...opening(plan), { do: 'cut' }, { do: 'wait', ms: 10_000 }, ...writesOf(plan.steps)],
    },
  },
  {
    name: 'cut after the write',
    about: 'The film is changed, then the stream breaks before the last words.',
    turn: { steps: ({ steps }) => [...steps.slice(0, -1), { do: 'cut' }] },
  },
  {
    name: 'leaving cancels',
    about: 'A client that leaves ends the turn, and nothing is stored.',
    turn: { endsWithClient: true },
  },
  {
    name: 'cut before a word',
    about: 'The headers come, then the stream breaks; nothing ever changes.',
    turn: { steps: () => [{ do: 'wait', ms: 300 }, { do: 'cut' }] },
  },

  {
    name: 'heartbeats only',
    about: 'Eleven minutes of heartbeats, then the end.',
    turn: { steps: () => [{ do: 'beat', forMs: 11 * minuteMs, everyMs: 10_000 }] },
  },
  {
    name: 'silence',
    about: 'Sixteen minutes without a byte, then the end.',
    turn: { steps: () => [{ do: 'wait', ms: 16 * minuteMs }] },
  },
  {
    name: 'pause of three minutes',
    about: 'Heartbeats for three minutes, then the planned turn.',
    turn: { steps: ({ steps }) => [{ do: 'beat', forMs: 3 * minuteMs, everyMs: 10_000 }, ...steps] },
  },
  {
    name: 'endless stream',
    about: 'Words without end, as long as someone listens.',
    turn: { steps: endless },
  },
  {
    name: 'huge answer',
    about: 'An answer of 100,000 characters.',
    turn: {
      steps: ({ speech }) => [
        { do: 'say', text: longText(speech.longAnswer(), 100_000), charactersPerPiece: 500, pauseMs: 20 },
      ],
    },
  },
  {
    name: 'long answer',
    about: 'An answer of 5,000 characters: more than one chat message holds.',
    turn: {
      steps: ({ speech }) => [
        { do: 'say', text: longText(speech.longAnswer(), 5000), charactersPerPiece: 100, pauseMs: 100 },
      ],
    },
  },
  { name: 'very slow', about: 'Everything takes twenty times as long.', turn: { slowness: 20 } },
  {
    name: 'odd tracks',
    about: 'The timeline gets a track of an unknown kind and an empty one.',
    turn: { steps: ({ steps }) => steps.map(withOddTracks) },
  },
];

const errorCode: Step = {
  do: 'event',
  event: {
    errorCode: 'UNKNOWN_ERROR',
    errorMessage: 'upstream model failed: "quota" \\ 配额不足\nsecond line',
  },
};
const maxTokens: Step = {
  do: 'event',
  event: {
    content: { role: 'model', parts: [{ text: 'This answer is cut off he' }] },
    errorCode: 'MAX_TOKENS',
    finishReason: 'MAX_TOKENS',
    partial: false,
  },
};
const cutMidEvent: readonly Step[] = [
  { do: 'bytes', text: 'data: {"content":{"parts":[{"text":"I am just addi' },
  { do: 'cut' },
];

function isSilent(step: Step): boolean {
  return step.do !== 'say';
}

function withoutWrite(step: Step): Step {
  if (step.do !== 'use') return step;
  const { write: _dropped, ...rest } = step;
  return rest;
}

function writesOf(steps: readonly Step[]): Step[] {
  const writes = steps.flatMap((step): Write[] =>
    step.do === 'use' && step.write !== undefined ? [step.write] : [],
  );
  return writes.map((write) => ({ do: 'write', write }));
}

/** The first words and calls of the turn, without what they would store. */
function opening({ steps }: TurnPlan): Step[] {
  return steps.slice(0, 3).map(withoutWrite);
}

function brokenOff(plan: TurnPlan, last: Step): Step[] {
  return [...opening(plan), last, { do: 'end' }];
}

function* endless({ speech }: TurnPlan, isOpen: () => boolean): Generator<Step> {
  while (isOpen()) yield { do: 'say', text: speech.longAnswer() };
}

function longText(sentence: string, length: number): string {
  return sentence.repeat(Math.ceil(length / sentence.length)).slice(0, length);
}

function withOddTracks(step: Step): Step {
  if (step.do !== 'use' || step.write === undefined) return step;
  const { draft } = step.write;
  const odd = {
    id: 'trk_fx',
    tt: 11,
    lk: true,
    sg: [
      {
        id: 'seg_fx',
        d: draft.d,
        fx: 'warm grade',
        keys: [
          [0, 0.2],
          [1, 0.8],
        ] as const,
      },
    ],
  } as const;
  const empty = { id: 'trk_empty', tt: 7, lk: false, role: 'captions', sg: [] } as const;
  return { ...step, write: { ...step.write, draft: { ...draft, t: [...draft.t, odd, empty] } } };
}

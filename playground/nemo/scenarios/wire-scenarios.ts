// Scenarios about the shape of a stream: events, heartbeats, bytes. What the agent does stays as planned.
import type { Step } from '../script.ts';
import type { Scenario, TurnChange } from './scenario.ts';

export const wireScenarios: readonly Scenario[] = [
  {
    name: 'adk events',
    about: 'Partial deltas, then the whole text, as in the recorded streams.',
    turn: { wire: 'adk' },
  },
  { name: 'whole events', about: 'No partials: one event per text or tool step.', turn: { wire: 'whole' } },
  {
    name: 'python events',
    about: 'UUIDs, times in seconds, a last event with the text "".',
    turn: { wire: 'python' },
  },
  {
    name: 'snake events',
    about: 'The envelope of old Python servers in snake_case.',
    turn: { wire: 'snake' },
  },
  {
    name: 'flat events',
    about: 'Events with a type, as in the withdrawn reference.',
    turn: { wire: 'flat' },
  },
  {
    name: 'flat pieces',
    about: 'Events with a type, and the words in pieces that nothing repeats as a whole.',
    turn: { wire: 'flat pieces' },
  },
  {
    name: 'progressive calls',
    about: 'Each call is previewed as a partial, then comes in one final event with the text.',
    turn: { wire: 'progressive' },
  },
  {
    name: 'parallel calls',
    about: 'Every tool step makes two calls in one event, answered in one event.',
    turn: { steps: ({ steps }) => steps.map(doubled) },
  },
  {
    name: 'thoughts',
    about: 'The agent thinks aloud before it speaks; thoughts are never for people.',
    turn: {
      steps: ({ steps, speech }) =>
        steps.map((step) => (step.do === 'say' ? { ...step, thought: speech.thinking() } : step)),
    },
  },
  {
    name: 'artifact split',
    about: 'Tool answers come as two frames with one id.',
    turn: {
      steps: ({ steps }) => steps.map((step) => (step.do === 'use' ? { ...step, split: true } : step)),
    },
  },
  {
    name: 'confirmation asked',
    about: 'The agent waits for a confirmation that no chat can give, and the stream ends.',
    turn: {
      steps: ({ steps }) => [
        ...steps.slice(0, 1),
        { do: 'use', calls: [confirmation], workMs: 0, unanswered: true },
        { do: 'end' },
      ],
    },
  },
  {
    name: 'tool error',
    about: 'The first tool fails, the agent says so and goes no further.',
    turn: {
      steps: () => [
        { do: 'use', calls: [brokenCall], workMs: 500 },
        { do: 'say', text: 'The tool failed, sorry.' },
      ],
    },
  },
  {
    name: 'heartbeat object',
    about: 'Heartbeats as {"type":"heartbeat"}.',
    turn: beatingAs('data: {"type":"heartbeat"}\n\n'),
  },
  { name: 'heartbeat empty data', about: 'Heartbeats as an empty data line.', turn: beatingAs('data:\n\n') },
  { name: 'heartbeat word', about: 'Heartbeats as the bare word.', turn: beatingAs('data: heartbeat\n\n') },
  { name: 'heartbeat comment', about: 'Heartbeats as a comment.', turn: beatingAs(': heartbeat\n\n') },
  {
    name: 'heartbeat event',
    about: 'Heartbeats as an event name without data.',
    turn: beatingAs('event: heartbeat\n\n'),
  },
  {
    name: 'heartbeat event with data',
    about: 'Heartbeats as an event name with data.',
    turn: beatingAs('event: heartbeat\ndata: heartbeat\n\n'),
  },
  { name: 'crlf', about: 'Lines end in CR LF.', turn: { bytes: 'crlf' } },
  { name: 'one byte a write', about: 'Every byte travels alone.', turn: { bytes: 'one byte a write' } },
  {
    name: 'comments between',
    about: 'A comment before every frame, as a proxy adds them.',
    turn: { bytes: 'comments between' },
  },
  {
    name: 'line of 74 KB',
    about: 'One tool answer fills a line of 74 KB.',
    turn: { steps: ({ steps }) => [bulkyUse(74_000), ...steps] },
  },
  {
    name: 'huge line',
    about: 'One tool answer fills a line of 5 MB.',
    turn: { steps: ({ steps }) => [bulkyUse(5_000_000), ...steps] },
  },
  {
    name: 'line separator in text',
    about: 'A raw U+2028, joined emoji and the word "data:" inside the text.',
    turn: {
      steps: ({ steps }) => [
        {
          do: 'say',
          text: 'One line\u2028and another 👩‍👩‍👧‍👦.\r\ndata: this is still text.\n\n海边假期 🌊',
        },
        ...steps,
      ],
    },
  },
];

const confirmation = {
  name: 'adk_request_confirmation',
  args: {
    originalFunctionCall: { name: 'edit_multitrack' },
    toolConfirmation: { hint: 'Overwrite the timeline?' },
  },
  response: {},
};
const brokenCall = {
  name: 'edit_multitrack',
  args: {},
  response: { error: "Error in tool 'edit_multitrack': render node unreachable" },
};

/** A first second of silence makes sure that a heartbeat comes, however short the planned turn is. */
function beatingAs(heartbeat: string): TurnChange {
  return { heartbeat, steps: ({ steps }) => [{ do: 'beat', forMs: 1600, everyMs: 500 }, ...steps] };
}

function doubled(step: Step): Step {
  if (step.do !== 'use') return step;
  return {
    ...step,
    calls: [...step.calls, { name: 'get_timeline', args: { draft_id: 'd-1' }, response: { tracks: 3 } }],
  };
}

function bulkyUse(sizeBytes: number): Step {
  const track = { type: 'video', note: 'x'.repeat(80) };
  const tracks = Array.from({ length: Math.ceil(sizeBytes / JSON.stringify(track).length) }, () => track);
  return { do: 'use', calls: [{ name: 'get_timeline', args: {}, response: { tracks } }], workMs: 0 };
}

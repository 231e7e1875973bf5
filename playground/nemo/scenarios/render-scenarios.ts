// Scenarios about renders. A scenario meets a render when it is submitted and stays with it.
import { httpError } from '../reply.ts';
import type { Scenario } from './scenario.ts';

export const renderScenarios: readonly Scenario[] = [
  {
    name: 'poll 502 then fine',
    about: 'The first two polls meet a 502.',
    render: { firstPolls: ['502', '502'] },
  },
  {
    name: 'poll reset then fine',
    about: 'The first two polls are reset.',
    render: { firstPolls: ['reset', 'reset'] },
  },
  {
    name: 'render failed once',
    about: 'The next render fails, the one after succeeds.',
    render: { fails: true },
    times: 1,
  },
  { name: 'render failed always', about: 'Renders fail.', render: { fails: true }, times: Infinity },
  {
    name: 'completed without url first',
    about: 'Two polls say "completed" before the URL is there.',
    render: { pollsWithoutUrl: 2 },
  },
  {
    name: 'slow render',
    about: 'The render is done no earlier than at the twelfth poll.',
    render: { pollsUntilDone: 12 },
  },
  {
    name: 'film gone',
    about: "The film's address answers 404; the download with the token works.",
    render: { filmIsGone: true },
  },
  {
    name: 'render answer lost',
    about: 'The render is taken, and the connection is reset before the answer.',
    render: { isSubmitAnswerLost: true },
  },
  {
    name: 'render 402',
    about: 'The plan does not allow exports.',
    reply: { route: 'submit render', make: () => httpError(402, 'export is not available on your plan') },
    times: Infinity,
  },
  {
    name: 'render 429 once',
    about: 'The next render is refused with 429.',
    reply: { route: 'submit render', make: () => httpError(429, 'too many requests') },
    times: 1,
  },
  {
    name: 'render submit 500',
    about: 'Submitting a render meets a 500.',
    reply: {
      route: 'submit render',
      make: () => ({ kind: 'json', status: 500, body: { code: 500, message: 'internal server error' } }),
    },
  },
  {
    name: 'render lost',
    about: 'Polls find no such render.',
    reply: { route: 'poll render', make: () => httpError(404, 'render not found') },
    times: Infinity,
  },
  {
    name: 'shape B',
    about: 'Polls answer in the wrapped shape with outputUrl.',
    shapeB: true,
    times: Infinity,
  },
];

// What a scenario may change, as types. It must not know any scenario by name.
import type { Reply } from '../reply.ts';
import type { Step, TurnPlan } from '../script.ts';
import type { WireStyle } from '../wire.ts';
import type { ScenarioGroup } from './scenario-group.ts';

export type RouteName =
  | 'anonymous token'
  | 'claim token'
  | 'create session'
  | 'message'
  | 'upload'
  | 'credits'
  | 'state'
  | 'submit render'
  | 'poll render'
  | 'cancel render'
  | 'download render'
  | 'film'
  | 'asset';

/** How the bytes of a stream are cut up and dressed. */
export type ByteStyle = 'plain' | 'crlf' | 'one byte a write' | 'comments between';

export type TurnChange = {
  /** Other steps instead of the planned ones. `isOpen` tells whether the client still listens. */
  steps?: (plan: TurnPlan, isOpen: () => boolean) => Iterable<Step>;
  wire?: WireStyle;
  bytes?: ByteStyle;
  /** The exact bytes of one heartbeat. */
  heartbeat?: string;
  /** Waits are this many times longer. */
  slowness?: number;
  /** The connection is reset before the answer begins, and the turn runs all the same. */
  isReset?: true;
  /** The turn ends when the client leaves, as one release of the server does. */
  endsWithClient?: true;
};

export type RenderChange = {
  fails?: boolean;
  /** The job is done no earlier than at this poll. */
  pollsUntilDone?: number;
  /** Polls that find the job done, and still show no URL. */
  pollsWithoutUrl?: number;
  /** What the first polls meet instead of an answer. */
  firstPolls?: readonly ('502' | 'reset')[];
  /** The job is taken, and its answer never arrives. */
  isSubmitAnswerLost?: true;
  /** The film's own address answers 404. */
  filmIsGone?: boolean;
};

/** What a changed answer may look at. */
export type RequestFacts = { userId: string | null; sessionId: string | null };

export type Scenario = {
  name: string;
  /** One sentence for people. */
  about: string;
  /** Left out for ordinary behaviour. */
  group?: ScenarioGroup;
  /** How often it takes part; see the desk for what holds without it. */
  times?: number;
  turn?: TurnChange;
  /** An answer instead of the real one. */
  reply?: { route: RouteName | 'any'; make: (facts: RequestFacts) => Reply };
  /** The real answer, changed. */
  answer?: { route: RouteName | 'any'; change: (reply: Reply) => Reply };
  render?: RenderChange;
  /** Credits that the account seems to have left, whatever it really has. */
  credits?: number;
  /** Refusals also carry a fitting HTTP status, not only the code in the body. */
  httpStatuses?: boolean;
  /** Render polls answer in the wrapped shape B of nemo-api §8.2. */
  shapeB?: boolean;
  /** Media types that uploads refuse beside the usual ones. */
  refusedTypes?: readonly string[];
  /** No URL can be fetched; forms are taken. */
  unreachableUrls?: true;
  /** Of several files the last one is refused, the others are taken. */
  refusesLastFile?: true;
};

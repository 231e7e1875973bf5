/** What the page and its server say to each other. Types only, read by both sides. */
import type { BotProcessState } from '../bot-state.ts';
import type { Change, InteractionView, WorldView } from '../discord/people.ts';
import type { Channel, Command, Message, Snowflake, User } from '../discord/shapes.ts';
import type { ScenarioGroup } from '../nemo/scenarios/scenario-group.ts';

/** A request that one of the stand-ins answered, in one line. */
export type TrafficEntry = {
  id: string;
  service: 'discord' | 'nemo';
  atMs: number;
  method: string;
  path: string;
  /** `null` while it runs; 0 when its answer was lost on purpose. */
  status: number | null;
  /** Its JSON body, shortened; `null` when it had none. */
  body: string | null;
};

/** What does not come from people: faults of Discord that hold now, and how fast time goes. */
export type Weather = {
  faults: readonly { name: string; for: string }[];
  /** How much faster than life. */
  speed: number;
};

export type BotView = BotProcessState & {
  /** Connected to the gateway. */
  isOnline: boolean;
};

/** What the NemoVideo stand-in counted, and how it will behave. */
export type NemoSummary = {
  /** Scenarios that hold now, besides the ordinary behaviour. */
  active: readonly { name: string; for: string }[];
  submissions: number;
  charges: number;
  creditsCharged: number;
  uploads: number;
  rendersSubmitted: number;
  rendersCompleted: number;
  violations: readonly string[];
  accounts: readonly AccountView[];
};

/** An account of the NemoVideo stand-in: whose turns it pays for shows in the requests. */
export type AccountView = {
  userId: string;
  kind: 'anonymous' | 'registered';
  available: number;
  frozen: number;
};

/** `group`: those of one stand together; left out where there are few. */
export type ScenarioView = { name: string; description: string; group?: ScenarioGroup | undefined };

/** Commands by server id, and those of direct messages. */
export type CommandLists = { guilds: Record<Snowflake, Command[]>; directMessages: Command[] };

/** `GET /api/about`: what does not change while the playground runs. */
export type About = {
  people: User[];
  /** Who the page is at first. */
  firstViewerId: Snowflake;
  /** The channel that the page shows at first. */
  firstChannelId: Snowflake;
  scenarios: ScenarioView[];
  /** Faults of the Discord stand-in. */
  faults: readonly ScenarioView[];
  /** What the page offers. */
  speeds: readonly number[];
  samples: { name: string; description: string }[];
};

/** One event of `GET /api/feed?viewer=ID`. A `world` comes first, and again whenever more than a message changed. */
export type FeedEvent =
  | { type: 'world'; world: WorldView; commands: CommandLists }
  | { type: 'change'; change: Change }
  | { type: 'bot'; bot: BotView }
  | { type: 'nemo'; nemo: NemoSummary }
  | { type: 'weather'; weather: Weather }
  | { type: 'traffic'; entries: TrafficEntry[] };

/** What `POST /api/actions/NAME` answers: what the stand-in gave, or `true` for an action that gives nothing. */
export type ActionAnswers = {
  sendMessage: Message;
  editMessage: Message;
  deleteMessage: true;
  addReaction: true;
  removeReaction: true;
  startTyping: true;
  createThread: Channel;
  runCommand: InteractionView;
  runMessageCommand: InteractionView;
  autocomplete: { name: string; value: string | number }[];
  pressButton: InteractionView;
  chooseSelect: InteractionView;
  submitModal: InteractionView;
  dismissModal: true;
  dismissEphemeral: true;
  openDirectMessage: Channel;
  setDirectMessages: true;
  setLocale: true;
};

/** The body of every answer that is not a success. `code` is Discord's, if Discord refused. */
export type ErrorAnswer = { error: string; code: number | null };

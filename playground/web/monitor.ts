/** What the side panel shows: the bot's process, the NemoVideo stand-in's counts, the requests of both stand-ins. It must not know HTTP or pages. */
import type { BotProcess } from '../bot-process.ts';
import type { TrafficLog } from '../discord/contract.ts';
import type { FaultDesk } from '../discord/fault-desk.ts';
import type { People } from '../discord/people.ts';
import type { Accounts } from '../nemo/accounts.ts';
import type { Ledger } from '../nemo/ledger.ts';
import type { Pace } from '../nemo/pace.ts';
import type { ScenarioDesk } from '../nemo/scenarios/desk.ts';
import type { FeedEvent, NemoSummary, TrafficEntry } from './protocol.ts';

export type Monitor = {
  /** The panel as it stands, for someone who just came. */
  snapshot(): FeedEvent[];
  /** Called with what changed, a few times a second at most. Returns the way to stop. */
  subscribe(listener: (event: FeedEvent) => void): () => void;
  close(): void;
};

export type MonitorDeps = {
  people: People;
  discordLog: TrafficLog;
  ledger: Ledger;
  scenarios: ScenarioDesk;
  accounts: Pick<Accounts, 'all'>;
  faults: Pick<FaultDesk, 'active'>;
  pace: Pick<Pace, 'speed'>;
  bot: BotProcess;
};

const lookIntervalMs = 400;
const trafficEntriesMax = 60;
const violationsMax = 20;
const accountsMax = 12;

export function createMonitor(deps: MonitorDeps): Monitor {
  const listeners = new Set<(event: FeedEvent) => void>();
  const numberOf = createNumbering();
  let isOnline = false;
  const stopWatching = deps.people.subscribe((change) => {
    if (change.type === 'botPresence') isOnline = change.isOnline;
  });

  const snapshot = (): FeedEvent[] => [
    { type: 'bot', bot: { ...deps.bot.state(), isOnline } },
    { type: 'nemo', nemo: summarise(deps) },
    { type: 'weather', weather: { faults: deps.faults.active(), speed: deps.pace.speed() } },
    { type: 'traffic', entries: recentTraffic(deps, numberOf) },
  ];

  /** The parts are small: comparing what was said last is simpler than following every cause of a change. */
  let said: string[] = [];
  const look = (): void => {
    if (listeners.size === 0) return;
    const events = snapshot();
    const texts = events.map((event) => JSON.stringify(event));
    const news = events.filter((_event, index) => texts[index] !== said[index]);
    said = texts;
    for (const event of news) for (const listener of listeners) listener(event);
  };
  const timer = setInterval(look, lookIntervalMs);

  return {
    snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      clearInterval(timer);
      stopWatching();
      listeners.clear();
    },
  };
}

function summarise({ ledger, scenarios, accounts }: MonitorDeps): NemoSummary {
  const charges = ledger.charges();
  const renders = ledger.renders();
  return {
    active: scenarios.active(),
    submissions: ledger.submissions().length,
    charges: charges.length,
    creditsCharged: charges.reduce((sum, charge) => sum + charge.credits, 0),
    uploads: ledger.uploads().length,
    rendersSubmitted: renders.filter((render) => render.status === 'submitted').length,
    rendersCompleted: renders.filter((render) => render.status === 'completed').length,
    violations: ledger
      .violations()
      .slice(-violationsMax)
      .map((violation) => `${violation.rule}: ${violation.detail}`),
    // Those that were made last are the ones somebody is playing with.
    accounts: accounts
      .all()
      .slice(-accountsMax)
      .map((account) => ({ ...account })),
  };
}

/** Newest first. */
function recentTraffic(
  { discordLog, ledger }: MonitorDeps,
  numberOf: (request: object) => number,
): TrafficEntry[] {
  const ofDiscord = discordLog
    .requests()
    .slice(-trafficEntriesMax)
    .map((request): TrafficEntry => {
      const { atMs, method, path, status, body, files } = request;
      return {
        id: `d${numberOf(request)}`,
        service: 'discord',
        atMs,
        method,
        path: withoutQuery(path),
        status,
        body: shownBody(files.length === 0 ? body : { ...Object(body), files }),
      };
    });
  const ofNemo = ledger
    .requests()
    .slice(-trafficEntriesMax)
    .map((request): TrafficEntry => {
      const { index, atMs, method, path, status, body } = request;
      return {
        id: `n${index}`,
        service: 'nemo',
        atMs,
        method,
        path: withoutQuery(path),
        status,
        body: shownBody(body),
      };
    });
  return [...ofDiscord, ...ofNemo].sort((a, b) => b.atMs - a.atMs).slice(0, trafficEntriesMax);
}

/** The log of the Discord stand-in has no numbers of its own; the page needs something to know a line by. */
function createNumbering(): (request: object) => number {
  const numbers = new WeakMap<object, number>();
  let last = 0;
  return (request) => {
    const known = numbers.get(request);
    if (known !== undefined) return known;
    last += 1;
    numbers.set(request, last);
    return last;
  };
}

/** Enough to see what was asked for; sixty of them travel with every change. */
const bodyCharactersMax = 1500;

function shownBody(body: unknown): string | null {
  if (body === undefined || body === null) return null;
  const text = JSON.stringify(body, null, 1);
  return text.length > bodyCharactersMax ? `${text.slice(0, bodyCharactersMax)} …` : text;
}

const withoutQuery = (path: string): string => path.split('?', 1)[0] ?? path;

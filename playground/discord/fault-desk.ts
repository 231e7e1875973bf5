/** Discord's faults by name, as the playground's panel offers them. It must not know pages; each fault is made of the primitives in contract.ts. */
import type { FaultEffect, Faults } from './contract.ts';
import type { People } from './people.ts';

/** How often a fault of requests strikes: once, or until it is ended. */
export type FaultSpan = 'next turn' | 'everything';

export type FaultDesk = {
  /** All that can go wrong, in the order of the list. */
  list: readonly { name: string; description: string }[];
  /** Faults that wait for their request or that last. */
  active(): readonly { name: string; for: FaultSpan }[];
  /** Throws a RangeError for a name that is not in the list. */
  use(name: string, span: FaultSpan): void;
  /** Back to a Discord in good health. A bot that died of a fault has to be started again. */
  clear(): void;
};

type Running = { isOver: () => boolean; end: () => void };
type Deps = { faults: Faults; people: People };
type NamedFault = { name: string; description: string; begin(deps: Deps, span: FaultSpan): Running | null };
type Caught = { method?: string; route: RegExp; isUpload?: boolean; effect: FaultEffect };

const creates = { method: 'POST', route: /\/messages$/ } as const;
const writes = /\/messages(\/\d+)?$/;
const taken = ['SEND_MESSAGES', 'SEND_MESSAGES_IN_THREADS', 'ATTACH_FILES'] as const;

/** A fault of one request, or of all that fit. */
const ofRequests =
  (caught: Caught): NamedFault['begin'] =>
  ({ faults }, span) => {
    const fault = faults.next({ ...caught, times: span === 'everything' ? Number.POSITIVE_INFINITY : 1 });
    return { isOver: () => span === 'next turn' && fault.hits() > 0, end: () => fault.remove() };
  };

const lasting = (end: () => void): Running => ({ isOver: () => false, end });

const setRights = (
  { people }: Deps,
  change: { allow?: readonly string[]; deny?: readonly string[] },
): void => {
  for (const channelId of Object.values(people.ids.channels))
    people.setPermissions({ channelId, targetId: people.botId, ...change }).catch(() => {
      // A channel that was deleted meanwhile has no rights to change.
    });
};

const namedFaults: readonly NamedFault[] = [
  {
    name: 'rate limited',
    description: 'A message that the bot writes or edits is refused with 429: try again in a second.',
    begin: ofRequests({ route: writes, effect: { answer: { status: 429 } } }),
  },
  {
    name: '500 after create',
    description: 'A new message is taken, and the answer is a 500 all the same.',
    begin: ofRequests({ ...creates, effect: { afterwards: 'serverError' } }),
  },
  {
    name: 'answer lost',
    description: 'A new message is taken, and the connection is reset before the answer.',
    begin: ofRequests({ ...creates, effect: { afterwards: 'reset' } }),
  },
  {
    name: '503',
    description: 'A message that the bot writes or edits meets a 503, and nothing is done.',
    begin: ofRequests({ route: writes, effect: { answer: { status: 503 } } }),
  },
  {
    name: 'slow answers',
    description: 'An answer takes four seconds.',
    begin: ofRequests({ route: /./, effect: { delayMs: 4000 } }),
  },
  {
    name: 'file too large',
    description: 'A message with a file is refused with 413, code 40005.',
    begin: ofRequests({
      ...creates,
      isUpload: true,
      effect: { answer: { status: 413, code: 40005, message: 'Request entity too large' } },
    }),
  },
  {
    name: 'gateway drop',
    description: 'The gateway connection breaks; it can be resumed.',
    begin({ faults }) {
      faults.dropGateway();
      return null;
    },
  },
  {
    name: 'gateway drop, session lost',
    description: 'The gateway connection breaks, and a RESUME is refused.',
    begin({ faults }) {
      faults.dropGateway({ isResumable: false });
      return null;
    },
  },
  {
    name: 'gateway asks to reconnect',
    description: 'Opcode 7, as in a deployment of Discord.',
    begin({ faults }) {
      faults.askForReconnect();
      return null;
    },
  },
  {
    name: 'gateway down',
    description: 'The gateway connection breaks, and none can be made until this ends.',
    begin({ faults }) {
      faults.refuseGateway(true);
      faults.dropGateway();
      return lasting(() => faults.refuseGateway(false));
    },
  },
  {
    name: 'heartbeats unanswered',
    description: 'The gateway connection stands, and nothing answers on it.',
    begin({ faults }) {
      faults.ignoreHeartbeats(true);
      return lasting(() => faults.ignoreHeartbeats(false));
    },
  },
  {
    name: 'missing intent',
    description: 'The application loses MESSAGE_CONTENT and has to log in again: close code 4014.',
    begin({ faults }) {
      faults.withholdMessageContent(true);
      faults.dropGateway({ isResumable: false });
      return lasting(() => faults.withholdMessageContent(false));
    },
  },
  {
    name: 'missing permission',
    description: 'The bot may neither write nor attach files anywhere in the server.',
    begin(deps) {
      setRights(deps, { deny: taken });
      return lasting(() => setRights(deps, { allow: taken }));
    },
  },
  {
    name: 'attachments expired',
    description: 'Every file address that was given out so far ends now.',
    begin({ faults }) {
      faults.expireFiles();
      return null;
    },
  },
];

export function createFaultDesk(deps: Deps): FaultDesk {
  const running = new Map<string, Running & { span: FaultSpan }>();
  const end = (name: string): void => {
    running.get(name)?.end();
    running.delete(name);
  };
  return {
    list: namedFaults.map(({ name, description }) => ({ name, description })),
    active: () =>
      [...running].filter(([, fault]) => !fault.isOver()).map(([name, { span }]) => ({ name, for: span })),
    use(name, span) {
      const found = namedFaults.find((fault) => fault.name === name);
      if (found === undefined) throw new RangeError(`There is no fault "${name}".`);
      end(name);
      const begun = found.begin(deps, span);
      if (begun !== null) running.set(name, { ...begun, span });
    },
    clear() {
      for (const name of running.keys()) end(name);
    },
  };
}

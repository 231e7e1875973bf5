/** The live feed of one viewer: the world first, then every change, as server-sent events. It must not know how the page draws them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Change, People } from '../discord/people.ts';
import type { Snowflake } from '../discord/shapes.ts';
import type { Monitor } from './monitor.ts';
import type { CommandLists, FeedEvent } from './protocol.ts';

/** A page that reads slower than this is cut off; its browser comes back and gets the world anew. */
const backlogBytesMax = 16 * 1024 * 1024;
const pingIntervalMs = 15_000;

/** Changes of what a person may see or do: the page gets the whole world again rather than each detail. */
const structural: ReadonlySet<Change['type']> = new Set([
  'channelCreated',
  'channelUpdated',
  'channelDeleted',
  'threadCreated',
  'threadDeleted',
  'guildUpdated',
  'botLeft',
  'commandsChanged',
]);

export function sendFeed(
  deps: { people: People; monitor: Monitor },
  exchange: { request: IncomingMessage; response: ServerResponse; viewerId: Snowflake },
): void {
  const { response, viewerId } = exchange;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  const send = (event: FeedEvent): void => {
    if (response.writableLength > backlogBytesMax) response.destroy();
    else response.write(`data: ${JSON.stringify(event)}\n\n`);
  };
  const sendWorld = (): void => {
    send({
      type: 'world',
      world: deps.people.world(viewerId),
      commands: commandLists(deps.people, viewerId),
    });
  };

  const worldSender = createCoalescer(sendWorld);
  sendWorld();
  for (const event of deps.monitor.snapshot()) send(event);
  const stops = [
    deps.people.subscribe((change) => {
      if (structural.has(change.type)) worldSender.request();
      else if (change.type !== 'botPresence') send({ type: 'change', change });
    }, viewerId),
    deps.monitor.subscribe(send),
    () => worldSender.cancel(),
  ];
  const ping = setInterval(() => response.write(': ping\n\n'), pingIntervalMs);
  response.once('close', () => {
    clearInterval(ping);
    for (const stop of stops) stop();
  });
}

/** Many requests of one moment become one call, after that moment. */
function createCoalescer(act: () => void): { request(): void; cancel(): void } {
  let waiting: NodeJS.Immediate | null = null;
  return {
    request() {
      waiting ??= setImmediate(() => {
        waiting = null;
        act();
      });
    },
    cancel() {
      if (waiting !== null) clearImmediate(waiting);
    },
  };
}

function commandLists(people: People, viewerId: Snowflake): CommandLists {
  const { guilds } = people.world(viewerId);
  return {
    guilds: Object.fromEntries(guilds.map((guild) => [guild.id, people.commands(guild.id)])),
    directMessages: people.commands(null),
  };
}

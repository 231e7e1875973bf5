/** Events of the gateway, handed over to the port's handlers. It must not know what an event is good for. */
import { type Client, Events, GatewayDispatchEvents, type Interaction, type Message } from 'discord.js';
import { z } from 'zod';
import type { ChatHandlers } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { createBoundedMap } from './bounded-map.ts';
import { listenForGaps } from './gap-events.ts';
import { createGaps } from './gaps.ts';
import { type Inbound, readMessage } from './inbound.ts';
import { listenForChanges } from './message-changes.ts';

/** Events that are remembered, so that one that Discord sends twice counts once. */
const eventsRemembered = 10_000;

type Deps = {
  readonly interactions: { handle(interaction: Interaction, handlers: ChatHandlers | null): Promise<void> };
  readonly inbound: Inbound;
  readonly log: Log;
  readonly clock: Clock;
};

export type GatewayEvents = {
  readonly listen: (client: Client) => void;
  /** From now on events go there; null: nowhere, and who uses a command or button is told to come back. */
  handOverTo(handlers: ChatHandlers | null): void;
  lastEventAtMs(): number | null;
  /** As the port's `Chat.heardUntilMs`. */
  heardUntilMs(): number | null;
};

const strayShape = z.object({
  id: z.string(),
  channel_id: z.string(),
  guild_id: z.string(),
  author: z.object({ bot: z.boolean().optional() }),
});
type Stray = z.infer<typeof strayShape>;

/** A thread that discord.js made up from a message alone; it does not know the channel above. */
const isMadeUp = (message: Message): boolean =>
  message.channel.isThread() && message.channel.parentId === null;

/**
 * discord.js drops messages of threads that it does not know, such as one that was archived when the bot started. Reading channel and
 * message keeps the bot from being deaf there.
 */
const fetchStray = async (client: Client, stray: Stray): Promise<Message | null> => {
  // discord.js knows no channel without its server.
  await client.guilds.fetch(stray.guild_id);
  const channel = await client.channels.fetch(stray.channel_id, { force: true });
  return channel?.isTextBased() ? channel.messages.fetch({ message: stray.id, cache: false }) : null;
};

/** The message of a dispatch if discord.js is about to drop it. */
const strayOf = (client: Client, dispatch: unknown): Stray | null => {
  const stray = strayShape.safeParse(dispatch);
  if (!stray.success || !client.isReady() || stray.data.author.bot === true) return null;
  return client.channels.cache.has(stray.data.channel_id) ? null : stray.data;
};

/** A replay after RESUME may bring what was there already (Discord docs: Gateway, Resuming). True for an id that was not there. */
const createOnce = (): ((id: string) => boolean) => {
  const known = createBoundedMap<true>(eventsRemembered);
  return (id) => {
    const isKnown = known.get(id) === true;
    known.set(id, true);
    return !isKnown;
  };
};

export const createEvents = ({ interactions, inbound, log, clock }: Deps): GatewayEvents => {
  let handlers: ChatHandlers | null = null;
  let lastEventAtMs: number | null = null;
  const gaps = createGaps(clock);
  const isNew = createOnce();

  const onGap = (sinceMs: number, shardId: number): void => {
    log.warn({ shardId, sinceMs }, 'a new gateway session: what came in between is read again');
    handlers?.onGap(sinceMs).catch((error: unknown) => {
      log.error({ shardId, error }, 'what was missed could not be read');
    });
  };

  const onMessage = async (message: Message): Promise<void> => {
    try {
      const incoming = handlers === null ? null : readMessage(message, inbound);
      if (incoming) await handlers?.onMessage(incoming);
    } catch (error) {
      log.error({ messageId: message.id, error }, 'a message could not be handled');
    }
  };

  const onStray = async (client: Client, stray: Stray): Promise<void> => {
    try {
      const message = await fetchStray(client, stray);
      if (message) await onMessage(message);
    } catch (error) {
      log.warn({ messageId: stray.id, error }, 'a message of an unknown thread could not be read');
    }
  };

  return {
    listen: (client) => {
      client.on(Events.Raw, () => {
        lastEventAtMs = clock.nowMs();
      });
      listenForGaps(client, { gaps, isHeard: () => handlers !== null, onGap });
      client.ws.on(GatewayDispatchEvents.MessageCreate, (dispatch: unknown) => {
        const stray = strayOf(client, dispatch);
        if (stray && isNew(stray.id)) void onStray(client, stray);
      });
      client.on(Events.MessageCreate, (message) => {
        if (!isMadeUp(message) && isNew(message.id)) void onMessage(message);
      });
      listenForChanges(client, { inbound, handlers: () => handlers, log });
      client.on(Events.InteractionCreate, (interaction) => {
        if (isNew(interaction.id)) void interactions.handle(interaction, handlers);
      });
    },
    handOverTo: (next) => {
      handlers = next;
    },
    lastEventAtMs: () => lastEventAtMs,
    heardUntilMs: () => gaps.heardUntilMs(),
  };
};

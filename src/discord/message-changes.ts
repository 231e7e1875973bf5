/** What people do to messages that are there: they change and delete them. It must not know which of these matter. */
import { type Client, GatewayDispatchEvents } from 'discord.js';
import { z } from 'zod';
import type { ChatHandlers, IncomingMessage } from '../ports/chat.ts';
import type { Log } from '../ports/log.ts';
import { type Inbound, readMessage } from './inbound.ts';

type Deps = {
  readonly inbound: Inbound;
  /** Null while nobody is to hear of events. */
  readonly handlers: () => ChatHandlers | null;
  readonly log: Log;
};

const editedShape = z.object({
  id: z.string(),
  channel_id: z.string(),
  author: z.object({ bot: z.boolean().optional() }),
});
const deletedShape = z.object({ id: z.string(), channel_id: z.string() });
const deletedManyShape = z.object({ ids: z.array(z.string()), channel_id: z.string() });

/** Read anew: an event may carry a part of a message only, and nothing of messages is kept. */
const readNow = async (
  client: Client,
  at: { channelId: string; messageId: string },
  inbound: Inbound,
): Promise<IncomingMessage | null> => {
  const channel = await client.channels.fetch(at.channelId);
  if (channel?.isTextBased() !== true) return null;
  return readMessage(
    await channel.messages.fetch({ message: at.messageId, cache: false, force: true }),
    inbound,
  );
};

/** Our own edits come back as events too, and are the most of them; a link that gets its preview counts as a change. */
export const listenForChanges = (client: Client, { inbound, handlers, log }: Deps): void => {
  const handle = (messageId: string, run: (to: ChatHandlers) => Promise<void>): void => {
    const to = handlers();
    if (to === null || !client.isReady()) return;
    run(to).catch((error: unknown) => {
      log.error({ messageId, error }, 'a change of a message could not be handled');
    });
  };

  const onDeleted = (channelId: string, messageId: string): void =>
    handle(messageId, (to) => to.onMessageDeleted({ channelId, messageId }));

  client.ws.on(GatewayDispatchEvents.MessageUpdate, (dispatch: unknown) => {
    const edited = editedShape.safeParse(dispatch);
    if (!edited.success || edited.data.author.bot === true) return;
    const at = { channelId: edited.data.channel_id, messageId: edited.data.id };
    handle(at.messageId, (to) => to.onMessageEdited({ ...at, read: () => readNow(client, at, inbound) }));
  });
  client.ws.on(GatewayDispatchEvents.MessageDelete, (dispatch: unknown) => {
    const deleted = deletedShape.safeParse(dispatch);
    if (deleted.success) onDeleted(deleted.data.channel_id, deleted.data.id);
  });
  client.ws.on(GatewayDispatchEvents.MessageDeleteBulk, (dispatch: unknown) => {
    const deleted = deletedManyShape.safeParse(dispatch);
    if (!deleted.success) return;
    for (const id of deleted.data.ids) onDeleted(deleted.data.channel_id, id);
  });
};

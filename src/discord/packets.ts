/** Gateway events on their way into discord.js: made complete where it takes for granted what Discord may leave out, and kept from ending the process. It must not know what events mean. */
import { type Client, GatewayDispatchEvents } from 'discord.js';
import { z } from 'zod';
import type { Log } from '../ports/log.ts';

/** Optional in Discord's docs are `channel` and its older twin `channel_id` (Interaction object); discord.js reads the first alone. */
const interactionShape = z.looseObject({
  channel: z.looseObject({}).nullish(),
  channel_id: z.string().nullish(),
  guild_id: z.string().nullish(),
  entitlements: z.array(z.unknown()).nullish(),
  authorizing_integration_owners: z.looseObject({}).nullish(),
});

const packetShape = z.looseObject({ t: z.string(), d: z.unknown() });

/** A channel outside a server is a direct message (Discord docs: Channel Types). */
const channelOf = ({ channel_id: id, guild_id: guildId }: z.infer<typeof interactionShape>): object =>
  guildId === null || guildId === undefined ? { id, type: 1 } : { id, guild_id: guildId };

const completeInteraction = (interaction: z.infer<typeof interactionShape>): object => ({
  ...interaction,
  channel: interaction.channel ?? (interaction.channel_id ? channelOf(interaction) : undefined),
  entitlements: interaction.entitlements ?? [],
  authorizing_integration_owners: interaction.authorizing_integration_owners ?? {},
});

/** A message without a type is an ordinary one (Discord docs: Message Types, 0). */
const completeMessage = (message: unknown): unknown =>
  typeof message === 'object' && message !== null ? { type: 0, ...message } : message;

const complete = (packet: unknown): unknown => {
  const read = packetShape.safeParse(packet).data;
  if (read?.t === GatewayDispatchEvents.MessageCreate) return { ...read, d: completeMessage(read.d) };
  if (read?.t !== GatewayDispatchEvents.InteractionCreate) return packet;
  const interaction = interactionShape.safeParse(read.d).data;
  return interaction === undefined ? packet : { ...read, d: completeInteraction(interaction) };
};

const nameOf = (packet: unknown): string | null => packetShape.safeParse(packet).data?.t ?? null;

/**
 * An event of a shape that discord.js does not expect throws in the middle of its reading, and would end the process for everybody.
 * Here it ends in the log. `handlePacket` is not among what discord.js promises to keep; without it all stays as discord.js has it.
 */
export const guardPackets = (client: Client, log: Log): void => {
  const manager = client.ws;
  const handle: unknown = Reflect.get(manager, 'handlePacket');
  if (typeof handle !== 'function') return;
  Reflect.set(manager, 'handlePacket', (packet: unknown, shard: unknown): unknown => {
    try {
      return Reflect.apply(handle, manager, [complete(packet), shard]);
    } catch (error) {
      log.error({ event: nameOf(packet), error }, 'an event that cannot be read is left out');
      return true;
    }
  });
};

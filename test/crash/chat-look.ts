/** What a person sees of a story on Discord. A look each, no judgement. */
import type { MessageHistory } from '../../playground/discord/contract.ts';
import type { Message, Snowflake } from '../../playground/discord/shapes.ts';
import type { CrashHouse } from './crash-house.ts';

export type Story = {
  /** The words of the request, and those that were said in its thread later, in order. No two stories share any. */
  readonly instructions: readonly string[];
  readonly interactionId: Snowflake;
};

export const general = ({ discord }: CrashHouse): Snowflake => discord.people.ids.channels['general'] ?? '';

const newest = (history: MessageHistory): Message | undefined => history.versions.at(-1)?.message;

/** What the bot wrote in a place, without the line that Discord puts at the top of a thread. */
export const ours = (house: CrashHouse, channelId: Snowflake): readonly Message[] =>
  house.discord.log
    .messages(channelId)
    .filter(({ authorId, versions, deletedAtMs }) => {
      const isLine = versions[0]?.message.content === '';
      return authorId === house.discord.people.botId && deletedAtMs === null && !isLine;
    })
    .flatMap((history) => newest(history) ?? []);

export const hasVideo = ({ attachments }: Message): boolean =>
  attachments.some(({ filename }) => filename.endsWith('.mp4'));

/** The thread has the id of the message under which it was opened, which carries the words of the request. */
export const threadsOf = (house: CrashHouse, { instructions }: Story): readonly Snowflake[] =>
  ours(house, general(house))
    .filter(({ content }) => content.includes(instructions[0] ?? ''))
    .map(({ id }) => id)
    .filter((id) => house.discord.log.messages(id).length > 0);

/** Where they asked, the person was told that nothing was started. */
export const isRefused = (house: CrashHouse, { interactionId }: Story): boolean =>
  ours(house, general(house)).some(
    ({ id, content }) =>
      BigInt(id) > BigInt(interactionId) &&
      /I couldn't save your request|Something went wrong/u.test(content),
  );

/** Discord has the bot's first answer. */
export const isAcknowledged = (house: CrashHouse, { interactionId }: Story): boolean =>
  (house.discord.people.interaction(interactionId)?.messageId ?? null) !== null;

/** A process answers and stores at the same time: one that died in between leaves an answer that the next one has to take back. */
export const isTakenBack = (house: CrashHouse, { interactionId }: Story): boolean => {
  const answerId = house.discord.people.interaction(interactionId)?.messageId;
  return ours(house, general(house)).some(
    ({ id, content }) => id === answerId && content.includes('restarted before I could save'),
  );
};

/** The free wish with which the tests try a lane. */
export const credits = /credits? left/u;

export const statusesOf = (house: CrashHouse, threadId: Snowflake): readonly Message[] =>
  ours(house, threadId).filter((message) => !hasVideo(message) && !credits.test(message.content));

/** A person at the Discord of a story: what they do with commands, buttons and forms, and what only they are told. */
import type { PersonFile } from '../../playground/discord/people.ts';
import type { Message, Snowflake } from '../../playground/discord/shapes.ts';
import type { House } from './house.ts';

export const idOf = (ids: Readonly<Record<string, Snowflake>>, key: string): Snowflake => {
  const id = ids[key];
  if (id === undefined) throw new Error(`The world has no ${key}.`);
  return id;
};

export const hasVideo = ({ attachments }: Message): boolean =>
  attachments.some(({ filename }) => filename.endsWith('.mp4'));
export const says =
  (part: string) =>
  ({ content }: Message): boolean =>
    content.includes(part);

type Button = { readonly label: string; readonly customId: string | null; readonly url: string | null };

export const buttonsOf = (message: Message): readonly Button[] =>
  message.components.flatMap(({ components }) =>
    components.flatMap((part) =>
      part.type === 2
        ? [{ label: part.label ?? '', customId: part.custom_id ?? null, url: part.url ?? null }]
        : [],
    ),
  );

/** A person at this Discord, and what only they see. */
export const createPersonIn = (house: House) => (key: string) => {
  const { people } = house.discord;
  const userId = idOf(people.ids.users, key);
  const nemo = (subcommand: string, channelId: Snowflake) =>
    people.runCommand({ userId, channelId, name: 'nemo', subcommand });
  /** What they, and nobody else, were told next; deferred answers count when they are there (flags EPHEMERAL, LOADING). */
  const toldAfter = async (channelId: Snowflake, afterId: Snowflake): Promise<string> => {
    const isNext = ({ id, flags }: Message) => BigInt(id) > BigInt(afterId) && (flags & (64 | 128)) === 64;
    const look = () => people.world(userId).messages[channelId]?.find(isNext);
    return (await people.until(`a private answer for ${key}`, look)).content;
  };
  return {
    userId,
    nemo,
    toldAfter,
    /** Runs `/nemo …` and waits for the answer that only they see. */
    asks: async (subcommand: string, channelId: Snowflake): Promise<string> => {
      const { id } = await nemo(subcommand, channelId);
      return toldAfter(channelId, id);
    },
    says: (channelId: Snowflake, content: string, files: PersonFile[] = []) =>
      people.sendMessage({ userId, channelId, content, files }),
    presses: async (message: Message, label: string): Promise<Snowflake> => {
      const customId = buttonsOf(message).find((button) => button.label === label)?.customId;
      if (customId === undefined || customId === null) throw new Error(`There is no button "${label}".`);
      return (await people.pressButton({ userId, messageId: message.id, customId })).id;
    },
    openModal: (title: string) =>
      people.until(`the form "${title}"`, () =>
        people.world(userId).modals.find((modal) => modal.title === title),
      ),
    fills: (modalId: Snowflake, fields: Record<string, string | PersonFile[]>) =>
      people.submitModal({ userId, modalId, fields }),
  };
};

export type Person = ReturnType<ReturnType<typeof createPersonIn>>;

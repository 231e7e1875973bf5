/** Views as Discord's JSON. Pure; it must not know where a message goes. */
import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APISelectMenuComponent,
  ButtonStyle,
  ChannelType,
  ComponentType,
  MessageFlags,
  type RawFile,
  type RESTPostAPIChannelMessageJSONBody,
  SelectMenuDefaultValueType,
} from 'discord.js';
import type { ButtonView, FileView, MessageView, SelectView } from '../core/view.ts';
import { nonceOf } from './nonce.ts';

/** Discord's limits for components (Discord docs: Component Reference). */
const buttonsPerRow = 5;
const labelLengthMax = 80;
const linkLengthMax = 512;
const placeholderLengthMax = 150;
const choiceLengthMax = 100;
/** Alternative text of a file (Discord docs: Attachment object). */
const descriptionLengthMax = 1024;

type Body = Pick<
  RESTPostAPIChannelMessageJSONBody,
  'content' | 'components' | 'attachments' | 'allowed_mentions'
>;

export type Payload<B = Body> = { readonly body: B; readonly files: RawFile[] };

/** Cuts at a whole character so that the text has at most `lengthMax` UTF-16 units. */
export const clip = (text: string, lengthMax: number): string => {
  if (text.length <= lengthMax) return text;
  const cut = text.slice(0, lengthMax);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
};

const styleOf = {
  primary: ButtonStyle.Primary,
  neutral: ButtonStyle.Secondary,
  danger: ButtonStyle.Danger,
} as const;

const buttonOf = (button: ButtonView): APIButtonComponent =>
  button.kind === 'link'
    ? {
        type: ComponentType.Button,
        style: ButtonStyle.Link,
        label: clip(button.label, labelLengthMax),
        url: button.url,
      }
    : {
        type: ComponentType.Button,
        style: styleOf[button.tone],
        label: clip(button.label, labelLengthMax),
        custom_id: button.customId,
      };

/** A link that is too long for a button would have the whole message refused; the words of the message carry it as well. */
const fits = (button: ButtonView): boolean => button.kind !== 'link' || button.url.length <= linkLengthMax;

/** Channels in which somebody can write or post; categories are none. */
const channelTypes = [
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildVoice,
  ChannelType.GuildStageVoice,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
] as const;

const choicesOf = (from: Extract<SelectView['from'], { kind: 'choices' }>) => ({
  type: ComponentType.StringSelect as const,
  options: from.choices.map(({ value, label, isChosen }) => ({
    value,
    label: clip(label, choiceLengthMax),
    default: isChosen,
  })),
});

/** What is chosen already is given as the default, so that a person adds to it instead of starting anew. */
const chosenOf = <T extends SelectMenuDefaultValueType>(
  { chosenIds, countMax }: Extract<SelectView['from'], { chosenIds: unknown }>,
  type: T,
) => ({
  default_values: chosenIds.slice(0, countMax).map((id) => ({ id, type })),
  min_values: 0,
  max_values: countMax,
});

const selectOf = ({ customId, placeholder, from }: SelectView): APISelectMenuComponent => {
  const common = { custom_id: customId, placeholder: clip(placeholder, placeholderLengthMax) };
  switch (from.kind) {
    case 'choices':
      return { ...common, ...choicesOf(from) };
    case 'channels':
      return {
        ...common,
        type: ComponentType.ChannelSelect,
        channel_types: [...channelTypes],
        ...chosenOf(from, SelectMenuDefaultValueType.Channel),
      };
    case 'roles':
      return {
        ...common,
        type: ComponentType.RoleSelect,
        ...chosenOf(from, SelectMenuDefaultValueType.Role),
      };
  }
};

/** A menu takes a whole row (Discord docs: Component Reference, Action Row). */
const menuRowsOf = (selects: readonly SelectView[]): APIActionRowComponent<APISelectMenuComponent>[] =>
  selects.map((select) => ({ type: ComponentType.ActionRow, components: [selectOf(select)] }));

const rowsOf = (buttons: readonly ButtonView[]): APIActionRowComponent<APIButtonComponent>[] => {
  const components = buttons.filter(fits).map(buttonOf);
  return Array.from({ length: Math.ceil(components.length / buttonsPerRow) }, (_, row) => ({
    type: ComponentType.ActionRow,
    components: components.slice(row * buttonsPerRow, (row + 1) * buttonsPerRow),
  }));
};

const describe = (file: FileView, index: number): { id: string; description?: string } =>
  file.description === null
    ? { id: String(index) }
    : { id: String(index), description: clip(file.description, descriptionLengthMax) };

/**
 * What every create, edit and answer carries. An edit without `allowed_mentions` would be parsed with Discord's defaults, whatever
 * the create said (Discord docs: Edit Message), so it is always there. Without files `attachments` is left out: an edit then
 * leaves those of the message alone.
 */
export const messagePayload = (view: MessageView): Payload => ({
  body: {
    content: view.text,
    components: [...menuRowsOf(view.selects ?? []), ...rowsOf(view.buttons)],
    allowed_mentions: {
      parse: [],
      users: view.mentionUserId === null ? [] : [view.mentionUserId],
      replied_user: false,
    },
    ...(view.files.length > 0 && { attachments: view.files.map(describe) }),
  },
  files: view.files.map((file) => ({ name: file.name, data: file.bytes })),
});

/** A new message in a channel: silent if the view is, and one and the same message however often it is sent. */
export const createPayload = (
  view: MessageView,
  key: string,
): Payload<Body & Pick<RESTPostAPIChannelMessageJSONBody, 'flags' | 'nonce' | 'enforce_nonce'>> => {
  const { body, files } = messagePayload(view);
  const flags = view.isSilent ? { flags: MessageFlags.SuppressNotifications as const } : {};
  return { body: { ...body, ...flags, nonce: nonceOf(key), enforce_nonce: true }, files };
};

/** Limit of a thread's name (Discord docs: Start Thread from Message). */
const threadNameLengthMax = 100;

/** One line of at most a hundred characters; never empty, which Discord refuses. */
export const threadNameOf = (name: string): string =>
  clip(name.replaceAll(/\s+/gu, ' ').trim(), threadNameLengthMax).trim() || 'Makevideo';

/** What people do with the bot's commands, buttons, menus and modals. It must not know how the bot answers. */
import { readCommandWords } from './command-input.ts';
import type { Commands } from './commands.ts';
import type { FileShelf } from './files.ts';
import type { Interaction, Interactions, NewInteraction } from './interactions.ts';
import type { MessageStore } from './message-store.ts';
import { readModal, readSelect } from './modal-input.ts';
import type { Modals } from './modals.ts';
import type { InteractionView, People, RunCommandInput } from './people.ts';
import { requireCommandUse, requirePerson } from './people-messages.ts';
import { guildPermissions, requireChannel } from './permissions.ts';
import { badForm, refusal } from './refusal.ts';
import { createResolver } from './resolved.ts';
import type { Button, Channel, Command, Select, Snowflake } from './shapes.ts';
import type { World } from './world.ts';

export interface PeopleInteractionsDeps {
  world: World;
  files: FileShelf;
  messages: MessageStore;
  commands: Commands;
  interactions: Interactions;
  modals: Modals;
}

type InteractionActions = Pick<
  People,
  | 'commands'
  | 'runCommand'
  | 'runMessageCommand'
  | 'pressButton'
  | 'chooseSelect'
  | 'submitModal'
  | 'dismissModal'
  | 'autocomplete'
  | 'interaction'
>;

function localeOf(world: World, userId: Snowflake, given?: string): string {
  return given ?? world.locales.get(userId) ?? 'en-US';
}

/** With its group and subcommand, as messages tell it (docs: Message, Application Command Interaction Metadata). */
const fullName = ({ name, subcommandGroup, subcommand }: RunCommandInput): string =>
  [name, subcommandGroup, subcommand].filter((part) => part !== undefined).join(' ');

/** The command a person means, if they see it there: 10063 otherwise. */
function findCommand(
  deps: PeopleInteractionsDeps,
  want: { userId: Snowflake; channel: Channel; type: 1 | 3; name: string },
): Command {
  const { world, commands } = deps;
  const guild = world.guilds.get(want.channel.guild_id ?? '');
  const found = commands
    .offered(guild?.id ?? null, want.userId)
    .find(({ type, name }) => type === want.type && name === want.name);
  if (found === undefined) throw refusal(10063);
  const needed = BigInt(found.default_member_permissions ?? 0);
  if (guild !== undefined && (guildPermissions(guild, want.userId) & needed) !== needed) throw refusal(10063);
  return found;
}

function commandData(
  deps: PeopleInteractionsDeps,
  input: RunCommandInput & { focused?: string },
  channel: Channel,
) {
  const command = findCommand(deps, { userId: input.userId, channel, type: 1, name: input.name });
  const resolve = createResolver({ ...deps, channel, userId: input.userId });
  const options = readCommandWords(command, input, resolve);
  const resolved = resolve.result();
  return {
    id: command.id,
    name: command.name,
    type: 1,
    ...(command.guild_id === undefined ? {} : { guild_id: command.guild_id }),
    ...(options.length > 0 ? { options } : {}),
    ...(resolved === undefined ? {} : { resolved }),
  };
}

function commandPlace(
  { world }: PeopleInteractionsDeps,
  { userId, channelId }: { userId: Snowflake; channelId: Snowflake },
): Channel {
  requirePerson(world, userId);
  const channel = requireChannel(world, userId, channelId);
  requireCommandUse(world, userId, channel);
  // Commands do not work in archived threads (docs: topics, Threads).
  if (channel.thread_metadata?.archived === true) throw refusal(50083);
  return channel;
}

const viewOf = ({ view }: Interaction): InteractionView => ({ ...view });

function runMessageCommand(
  deps: PeopleInteractionsDeps,
  input: Parameters<People['runMessageCommand']>[0],
): InteractionView {
  const channel = commandPlace(deps, input);
  const command = findCommand(deps, { userId: input.userId, channel, type: 3, name: input.name });
  const target = deps.messages.find(input.messageId);
  if (target === undefined || target.channelId !== channel.id || target.onlyFor !== null)
    throw refusal(10008);
  return viewOf(
    deps.interactions.open({
      type: 2,
      kind: 'messageCommand',
      name: command.name,
      userId: input.userId,
      channel,
      locale: localeOf(deps.world, input.userId, input.locale),
      targetMessageId: target.id,
      data: {
        id: command.id,
        name: command.name,
        type: 3,
        ...(command.guild_id === undefined ? {} : { guild_id: command.guild_id }),
        target_id: target.id,
        resolved: { messages: { [target.id]: deps.messages.present(target.message) } },
      },
    }),
  );
}

/** The component with this custom id, and what an interaction needs around it. */
function componentOn(
  deps: PeopleInteractionsDeps,
  input: { userId: Snowflake; messageId: Snowflake; customId: string },
) {
  const { world, messages } = deps;
  requirePerson(world, input.userId);
  const stored = messages.find(input.messageId);
  if (stored === undefined || (stored.onlyFor !== null && stored.onlyFor !== input.userId))
    throw refusal(10008);
  const channel = requireChannel(world, input.userId, stored.channelId);
  const component = stored.message.components
    .flatMap<Button | Select>(({ components }) => components)
    .find(({ custom_id }) => custom_id === input.customId);
  if (component === undefined) {
    throw badForm([
      {
        path: ['custom_id'],
        code: 'COMPONENT_VALIDATION_FAILED',
        message: 'No such component on this message.',
      },
    ]);
  }
  if (component.disabled === true) {
    throw badForm([
      { path: ['custom_id'], code: 'COMPONENT_VALIDATION_FAILED', message: 'This component is disabled.' },
    ]);
  }
  const base = {
    type: 3,
    kind: 'component',
    name: input.customId,
    userId: input.userId,
    channel,
    locale: localeOf(world, input.userId),
    source: messages.present(stored.message),
  } as const satisfies Omit<NewInteraction, 'data'>;
  return { component, channel, base };
}

function choose(deps: PeopleInteractionsDeps, input: Parameters<People['chooseSelect']>[0]): InteractionView {
  const { component, channel, base } = componentOn(deps, input);
  if (component.type === 2) throw refusal(50024);
  const resolve = createResolver({ ...deps, channel, userId: input.userId });
  const values = readSelect(component, input.values, resolve);
  const resolved = resolve.result();
  const data = {
    component_type: component.type,
    id: component.id,
    custom_id: component.custom_id,
    values,
    ...(resolved ? { resolved } : {}),
  };
  return viewOf(deps.interactions.open({ ...base, data }));
}

function submit(
  deps: PeopleInteractionsDeps,
  { userId, modalId, fields }: Parameters<People['submitModal']>[0],
): InteractionView {
  const { world, modals, messages } = deps;
  const { view, sourceId } = modals.get(userId, modalId);
  const channel = requireChannel(world, userId, view.channelId);
  const resolve = createResolver({ ...deps, channel, userId });
  const components = readModal(view.rows, fields, resolve);
  const resolved = resolve.result();
  const source = messages.find(sourceId ?? '');
  modals.close(modalId);
  return viewOf(
    deps.interactions.open({
      type: 5,
      kind: 'modal',
      name: view.customId,
      userId,
      channel,
      locale: localeOf(world, userId),
      source: source === undefined ? undefined : messages.present(source.message),
      data: { custom_id: view.customId, components, ...(resolved === undefined ? {} : { resolved }) },
    }),
  );
}

/** Resolves when the bot gave choices; the interaction's own deadline ends the wait with none. */
function choicesOf(
  deps: PeopleInteractionsDeps,
  input: Parameters<People['autocomplete']>[0],
  waitMs: number,
) {
  const channel = commandPlace(deps, input);
  const { id } = deps.interactions.open({
    type: 4,
    kind: 'command',
    name: input.name,
    userId: input.userId,
    channel,
    locale: localeOf(deps.world, input.userId, input.locale),
    data: commandData(deps, input, channel),
  });
  return new Promise<{ name: string; value: string | number }[]>((resolve) => {
    const startedMs = performance.now();
    const look = () => {
      const interaction = deps.interactions.find(id);
      const isOver = interaction?.answeredWith === 8 || performance.now() - startedMs > waitMs;
      if (!isOver) return;
      clearInterval(timer);
      resolve(interaction?.choices ?? []);
    };
    const timer = setInterval(look, 10);
  });
}

export function createInteractionActions(
  deps: PeopleInteractionsDeps & { acknowledgeWithinMs: number },
): InteractionActions {
  const { interactions, modals, commands, world } = deps;
  return {
    commands: (guildId) => commands.offered(guildId),
    interaction: (id) => {
      const found = interactions.find(id);
      return found === undefined ? undefined : viewOf(found);
    },
    async runCommand(input) {
      const channel = commandPlace(deps, input);
      const data = commandData(deps, input, channel);
      const locale = localeOf(world, input.userId, input.locale);
      return viewOf(
        interactions.open({
          type: 2,
          kind: 'command',
          name: fullName(input),
          userId: input.userId,
          channel,
          locale,
          data,
        }),
      );
    },
    runMessageCommand: async (input) => runMessageCommand(deps, input),
    async pressButton(input) {
      const { component, base } = componentOn(deps, input);
      if (component.type !== 2 || component.style === 5) throw refusal(50024);
      return viewOf(
        interactions.open({
          ...base,
          data: { component_type: 2, id: component.id, custom_id: input.customId },
        }),
      );
    },
    chooseSelect: async (input) => choose(deps, input),
    submitModal: async (input) => submit(deps, input),
    async dismissModal({ userId, modalId }) {
      modals.get(userId, modalId);
      modals.close(modalId);
    },
    autocomplete: (input) => choicesOf(deps, input, deps.acknowledgeWithinMs),
  };
}

/** What is waited for may happen elsewhere, of which no change here tells. */
const lookIntervalMs = 100;

/** Looks again after every change, and now and then, until `look` finds something. */
export function createUntil(world: World): People['until'] {
  return (what, look, timeoutMs = 90_000) =>
    new Promise((resolve, reject) => {
      const end = (): void => {
        stop();
        clearTimeout(timer);
        clearInterval(looking);
      };
      const attempt = (): void => {
        try {
          const found = look();
          if (found === undefined || found === null || found === false) return;
          end();
          resolve(found);
        } catch (error) {
          end();
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`Waited ${timeoutMs} ms in vain for: ${what}`));
      }, timeoutMs);
      const looking = setInterval(attempt, lookIntervalMs);
      const stop = world.onChange(attempt);
      attempt();
    });
}

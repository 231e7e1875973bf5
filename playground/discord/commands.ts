/** The commands the bot registered: global and per server. It must not know how they are run. */
import type { NewCommand } from './command-form.ts';
import { badForm, refusal } from './refusal.ts';
import type { Command, Snowflake } from './shapes.ts';
import type { World } from './world.ts';

/** Scope of a command: a server's id, or `null` for everywhere. */
export type CommandScope = Snowflake | null;

export interface Commands {
  list(scope: CommandScope): Command[];
  /** Puts a whole list in the place of the old one; a command of the same name and type keeps its id. */
  replaceAll(scope: CommandScope, commands: readonly NewCommand[]): Command[];
  /** Adds one, or overwrites that of the same name and type. */
  upsert(scope: CommandScope, command: NewCommand): { command: Command; isNew: boolean };
  change(scope: CommandScope, id: Snowflake, command: NewCommand): Command;
  get(scope: CommandScope, id: Snowflake): Command;
  remove(scope: CommandScope, id: Snowflake): void;
  /**
   * What a person may find in a place: the server's own commands before global ones of the same name. In a server without the bot
   * only people who installed it for themselves find anything (docs: Application Commands, Contexts).
   */
  offered(guildId: Snowflake | null, personId?: Snowflake): Command[];
}

/** Per scope and type: slash, user and message commands (docs: Application Commands; message commands 15 since 2026-03-03). */
const countMax = { 1: 100, 2: 15, 3: 15 } as const;

interface Registered {
  world: World;
  scopes: Map<CommandScope, Map<Snowflake, Command>>;
}

function at({ scopes }: Registered, scope: CommandScope): Map<Snowflake, Command> {
  const found = scopes.get(scope) ?? new Map<Snowflake, Command>();
  scopes.set(scope, found);
  return found;
}

function checkCount(commands: readonly NewCommand[]): void {
  for (const type of [1, 2, 3] as const) {
    if (commands.filter((one) => one.type === type).length > countMax[type]) throw refusal(30032);
  }
}

function namesake(
  registered: Registered,
  scope: CommandScope,
  { type, name }: NewCommand,
): Command | undefined {
  return [...at(registered, scope).values()].find((one) => one.type === type && one.name === name);
}

function numbered(
  world: World,
  command: NewCommand,
  place: { scope: CommandScope; id: Snowflake | undefined },
): Command {
  return {
    id: place.id ?? world.nextId(),
    application_id: world.applicationId,
    ...(place.scope === null ? {} : { guild_id: place.scope }),
    version: world.nextId(),
    ...command,
  };
}

function get(registered: Registered, scope: CommandScope, id: Snowflake): Command {
  const command = at(registered, scope).get(id);
  if (command === undefined) throw refusal(10063);
  return command;
}

/** 0: the server added the application · 1: this person did. `null`: neither, so nothing is offered. */
function installOf({ world }: Registered, guildId: Snowflake | null, personId: Snowflake): 0 | 1 | null {
  if (guildId === null || world.guilds.get(guildId)?.members.has(world.bot.id) === true) return 0;
  return world.userInstalls.has(personId) ? 1 : null;
}

function offered(registered: Registered, guildId: Snowflake | null, personId: Snowflake): Command[] {
  const install = installOf(registered, guildId, personId);
  if (install === null) return [];
  const own = guildId === null ? [] : [...at(registered, guildId).values()];
  const context = guildId === null ? 1 : 0;
  const global = [...at(registered, null).values()].filter(
    ({ contexts, integration_types }) =>
      (contexts == null || contexts.includes(context)) &&
      (install === 0 || integration_types?.includes(install) === true),
  );
  return [
    ...own,
    ...global.filter((one) => !own.some(({ type, name }) => type === one.type && name === one.name)),
  ];
}

export function createCommands({ world }: { world: World }): Commands {
  const registered: Registered = { world, scopes: new Map() };
  const { scopes } = registered;
  const put = (scope: CommandScope, command: Command) => {
    at(registered, scope).set(command.id, command);
    world.announce({ type: 'commandsChanged', guildId: scope });
    return command;
  };
  return {
    list: (scope) => [...at(registered, scope).values()],
    replaceAll(scope, commands) {
      checkCount(commands);
      const fresh = commands.map((one) =>
        numbered(world, one, { scope, id: namesake(registered, scope, one)?.id }),
      );
      scopes.set(scope, new Map(fresh.map((one) => [one.id, one])));
      world.announce({ type: 'commandsChanged', guildId: scope });
      return fresh;
    },
    upsert(scope, command) {
      const old = namesake(registered, scope, command);
      if (old === undefined) checkCount([...at(registered, scope).values(), command]);
      return {
        command: put(scope, numbered(world, command, { scope, id: old?.id })),
        isNew: old === undefined,
      };
    },
    change(scope, id, command) {
      if (get(registered, scope, id).type !== command.type) {
        throw badForm([
          { path: ['type'], code: 'BASE_TYPE_BAD_VALUE', message: 'The type of a command cannot change' },
        ]);
      }
      return put(scope, numbered(world, command, { scope, id }));
    },
    get: (scope, id) => get(registered, scope, id),
    remove(scope, id) {
      get(registered, scope, id);
      at(registered, scope).delete(id);
      world.announce({ type: 'commandsChanged', guildId: scope });
    },
    offered: (guildId, personId = '') => offered(registered, guildId, personId),
  };
}

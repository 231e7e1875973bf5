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
  /** What a person may find in a place: the server's own commands before global ones of the same name. */
  offered(guildId: Snowflake | null): Command[];
}

/** Per scope and type: slash, user and message commands (docs: Application Commands; message commands 15 since 2026-03-03). */
const countMax = { 1: 100, 2: 15, 3: 15 } as const;

export function createCommands({ world }: { world: World }): Commands {
  const scopes = new Map<CommandScope, Map<Snowflake, Command>>();
  const at = (scope: CommandScope) => {
    const found = scopes.get(scope) ?? new Map<Snowflake, Command>();
    scopes.set(scope, found);
    return found;
  };
  const changed = (scope: CommandScope) => world.announce({ type: 'commandsChanged', guildId: scope });
  const same = (scope: CommandScope, { type, name }: NewCommand) =>
    [...at(scope).values()].find((one) => one.type === type && one.name === name);
  const numbered = (scope: CommandScope, command: NewCommand, id: Snowflake): Command => ({
    id,
    application_id: world.applicationId,
    ...(scope === null ? {} : { guild_id: scope }),
    version: world.nextId(),
    ...command,
  });
  const checkCount = (commands: readonly NewCommand[]) => {
    for (const type of [1, 2, 3] as const) {
      if (commands.filter((one) => one.type === type).length > countMax[type]) throw refusal(30032);
    }
  };
  const get = (scope: CommandScope, id: Snowflake) => {
    const command = at(scope).get(id);
    if (command === undefined) throw refusal(10063);
    return command;
  };

  return {
    list: (scope) => [...at(scope).values()],
    replaceAll(scope, commands) {
      checkCount(commands);
      const fresh = commands.map((one) => numbered(scope, one, same(scope, one)?.id ?? world.nextId()));
      scopes.set(scope, new Map(fresh.map((one) => [one.id, one])));
      changed(scope);
      return fresh;
    },
    upsert(scope, command) {
      const old = same(scope, command);
      const fresh = numbered(scope, command, old?.id ?? world.nextId());
      if (old === undefined) checkCount([...at(scope).values(), fresh]);
      at(scope).set(fresh.id, fresh);
      changed(scope);
      return { command: fresh, isNew: old === undefined };
    },
    change(scope, id, command) {
      const old = get(scope, id);
      if (old.type !== command.type) {
        throw badForm([
          { path: ['type'], code: 'BASE_TYPE_BAD_VALUE', message: 'The type of a command cannot change' },
        ]);
      }
      const fresh = numbered(scope, command, id);
      at(scope).set(id, fresh);
      changed(scope);
      return fresh;
    },
    get,
    remove(scope, id) {
      get(scope, id);
      at(scope).delete(id);
      changed(scope);
    },
    offered(guildId) {
      const own = guildId === null ? [] : [...at(guildId).values()];
      const context = guildId === null ? 1 : 0;
      const global = [...at(null).values()].filter(
        ({ contexts }) => contexts == null || contexts.includes(context),
      );
      return [
        ...own,
        ...global.filter((one) => !own.some(({ type, name }) => type === one.type && name === one.name)),
      ];
    },
  };
}

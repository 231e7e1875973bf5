/** The `resolved` part of an interaction: users, roles, channels and files behind ids. It must not know commands or modals. */
import type { FileShelf } from './files.ts';
import type { PersonFile } from './people.ts';
import { permissionsIn } from './permissions.ts';
import { badForm, refusal } from './refusal.ts';
import type { Channel, Snowflake } from './shapes.ts';
import type { World } from './world.ts';

type Collected = Record<string, Record<Snowflake, unknown>>;

export interface Resolver {
  user(id: Snowflake): Snowflake;
  role(id: Snowflake): Snowflake;
  isRole(id: Snowflake): boolean;
  channel(id: Snowflake): Snowflake;
  message(id: Snowflake, message: unknown): Snowflake;
  /** Keeps the file under an ephemeral address. 40005 when it is over the limit of the place. */
  file(file: PersonFile, fileTypes: readonly string[] | undefined): Snowflake;
  /** What was collected, or `undefined` when nothing was. */
  result(): Collected | undefined;
}

const groups: Readonly<Record<string, string>> = {
  image: 'png gif jpg jpeg jfif webp avif',
  video: 'mp4 mov webm mkv avi m4v',
  audio: 'mp3 wav ogg m4a aac flac',
};

/** Discord's client looks at the name only (docs: reference, File Type Filtering). */
function fits(name: string, fileTypes: readonly string[]): boolean {
  const ending = name.split('.').at(-1)?.toLowerCase() ?? '';
  return fileTypes.some((type) =>
    type.startsWith('.')
      ? name.toLowerCase().endsWith(type)
      : (groups[type] ?? '').split(' ').includes(ending),
  );
}

export function isPersonFile(value: unknown): value is PersonFile {
  return typeof value === 'object' && value !== null && 'bytes' in value && value.bytes instanceof Uint8Array;
}

export function createResolver(deps: {
  world: World;
  files: FileShelf;
  channel: Channel;
  userId: Snowflake;
}): Resolver {
  const { world, files, channel } = deps;
  const guild = world.guilds.get(channel.guild_id ?? '');
  const collected: Collected = {};
  const add = (kind: string, id: Snowflake, value: unknown): Snowflake => {
    collected[kind] = { ...collected[kind], [id]: value };
    return id;
  };
  return {
    user(id) {
      const user = world.users.get(id);
      if (user === undefined) throw refusal(10013);
      const member = guild?.members.get(id);
      if (member !== undefined) {
        const { user: _user, deaf: _deaf, mute: _mute, ...partial } = member;
        add('members', id, { ...partial, permissions: String(permissionsIn(world, channel, id)) });
      }
      return add('users', id, user);
    },
    isRole: (id) => guild?.roles.has(id) === true,
    role(id) {
      const role = guild?.roles.get(id);
      if (role === undefined)
        throw badForm([{ path: ['options'], code: 'ROLE_INVALID', message: 'Unknown role' }]);
      return add('roles', id, role);
    },
    channel(id) {
      const found = world.channels.get(id);
      if (found === undefined || found.guild_id !== channel.guild_id) throw refusal(10003);
      const { name, type, parent_id, thread_metadata } = found;
      const permissions = String(permissionsIn(world, found, deps.userId));
      return add('channels', id, {
        id,
        name,
        type,
        parent_id,
        permissions,
        ...(thread_metadata ? { thread_metadata } : {}),
      });
    },
    message: (id, message) => add('messages', id, message),
    file(file, fileTypes) {
      if (file.bytes.byteLength > world.uploadLimitBytes(channel.guild_id)) throw refusal(40005);
      if (fileTypes !== undefined && fileTypes.length > 0 && !fits(file.name, fileTypes)) {
        throw badForm([
          { path: ['options'], code: 'FILE_TYPE_INVALID', message: 'This type of file is not accepted' },
        ]);
      }
      const attachment = files.keep(channel.id, file, { isEphemeral: true });
      return add('attachments', attachment.id, files.signed(attachment));
    },
    result: () => (Object.keys(collected).length > 0 ? collected : undefined),
  };
}

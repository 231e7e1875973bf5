/** REST routes of servers, members, users and the gateway's address. */
import * as z from 'zod';
import { readForm, snowflake } from '../form.ts';
import { guildFields, withOwnMember } from '../gateway-events.ts';
import { guildPermissions } from '../permissions.ts';
import { refusal } from '../refusal.ts';
import { ok, queryNumber, type RestRequest, type Route, type Stage } from '../rest-route.ts';
import { compareSnowflakes } from '../snowflake.ts';
import type { Guild } from '../world.ts';
import { directMessageOf } from '../world-change.ts';

function guildOf({ world }: Stage, { parameter }: RestRequest): Guild {
  const guild = world.guilds.get(parameter('guildId'));
  if (guild === undefined) throw refusal(10004);
  if (!guild.members.has(world.bot.id)) throw refusal(50001);
  return guild;
}

function member(stage: Stage, request: RestRequest) {
  const { world } = stage;
  const wanted = request.parameter('userId');
  const found = guildOf(stage, request).members.get(wanted === '@me' ? world.bot.id : wanted);
  if (found === undefined) throw refusal(world.users.has(wanted) ? 10007 : 10013);
  return ok(found);
}

function members(stage: Stage, request: RestRequest) {
  const limit = queryNumber(request.query, 'limit', { min: 1, max: 1000, fallback: 1 });
  const after = request.query.get('after') ?? '0';
  const all = [...guildOf(stage, request).members.values()].toSorted((a, b) =>
    compareSnowflakes(a.user.id, b.user.id),
  );
  return ok(all.filter(({ user }) => compareSnowflakes(user.id, after) > 0).slice(0, limit));
}

function channels(stage: Stage, request: RestRequest) {
  const guild = guildOf(stage, request);
  return ok(
    [...stage.world.channels.values()].filter(
      ({ guild_id, thread_metadata }) => guild_id === guild.id && thread_metadata === undefined,
    ),
  );
}

function activeThreads(stage: Stage, request: RestRequest) {
  const { world, threads } = stage;
  const active = threads.active(guildOf(stage, request).id, world.bot.id);
  const own = active.flatMap(({ id }) => world.threadMembers.get(id)?.get(world.bot.id) ?? []);
  return ok({ threads: active.map((thread) => withOwnMember(world, thread)), members: own });
}

function user({ world }: Stage, { parameter }: RestRequest) {
  const found = world.users.get(parameter('userId') === '@me' ? world.bot.id : parameter('userId'));
  if (found === undefined) throw refusal(10013);
  const isSelf = found.id === world.bot.id;
  return ok(
    isSelf ? { ...found, verified: true, mfa_enabled: false, email: null, flags: 0, locale: 'en-US' } : found,
  );
}

function openDirectMessage({ world }: Stage, { body }: RestRequest) {
  const { recipient_id } = readForm(z.object({ recipient_id: snowflake }), body);
  return ok(directMessageOf(world, recipient_id));
}

function application(stage: Stage) {
  const { world } = stage;
  return {
    id: world.applicationId,
    name: world.bot.username,
    icon: null,
    description: '',
    summary: '',
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: '0'.repeat(64),
    team: null,
    flags: stage.hasMessageContentIntent() ? 1 << 19 : 0,
    approximate_guild_count: world.guilds.size,
    integration_types_config: { '0': {}, '1': {} },
    bot: world.bot,
  };
}

function gatewayBot({ gatewayUrl }: Stage) {
  const session_start_limit = { total: 1000, remaining: 1000, reset_after: 86_400_000, max_concurrency: 1 };
  return ok({ url: gatewayUrl(), shards: 1, session_start_limit });
}

/** Partial servers, with the rights that the bot's roles give before any channel's overwrites (docs: Get Current User Guilds). */
function ownGuilds({ world }: Stage) {
  const own = [...world.guilds.values()].filter(({ members: m }) => m.has(world.bot.id));
  return ok(
    own.map((guild) => ({
      id: guild.id,
      name: guild.name,
      icon: null,
      banner: null,
      owner: guild.ownerId === world.bot.id,
      permissions: String(guildPermissions(guild, world.bot.id)),
      features: [],
    })),
  );
}

const guild = '/guilds/:guildId';

export const guildRoutes: Route[] = [
  { method: 'GET', path: '/gateway', isOpen: true, run: ({ gatewayUrl }) => ok({ url: gatewayUrl() }) },
  { method: 'GET', path: '/gateway/bot', run: gatewayBot },
  {
    method: 'GET',
    path: '/users/@me/guilds',
    run: ownGuilds,
  },
  {
    method: 'POST',
    path: '/users/@me/channels',
    limit: { requestsMax: 10, windowMs: 10_000 },
    run: openDirectMessage,
  },
  { method: 'GET', path: '/users/:userId', run: user },
  { method: 'GET', path: '/applications/@me', run: (stage) => ok(application(stage)) },
  { method: 'GET', path: '/oauth2/applications/@me', run: (stage) => ok(application(stage)) },
  { method: 'GET', path: guild, run: (stage, request) => ok(guildFields(guildOf(stage, request))) },
  { method: 'GET', path: `${guild}/channels`, run: channels },
  { method: 'GET', path: `${guild}/threads/active`, run: activeThreads },
  {
    method: 'GET',
    path: `${guild}/roles`,
    run: (stage, request) => ok([...guildOf(stage, request).roles.values()]),
  },
  { method: 'GET', path: `${guild}/members`, run: members },
  { method: 'GET', path: `${guild}/members/:userId`, run: member },
];

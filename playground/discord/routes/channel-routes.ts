/** REST routes of channels and threads. */
import * as z from 'zod';
import { flag, readForm, text } from '../form.ts';
import { withOwnMember } from '../gateway-events.ts';
import { requireChannel, requireRights } from '../permissions.ts';
import { notImplemented, refusal } from '../refusal.ts';
import { noContent, ok, type RestRequest, type Route, type Stage } from '../rest-route.ts';
import type { Channel } from '../shapes.ts';
import { requireAutoArchive, requireThreadChange } from '../threads.ts';
import { deleteChannel } from '../world-change.ts';

const threadForm = z.object({
  name: text(1, 100),
  auto_archive_duration: z.int().nullish(),
  rate_limit_per_user: z.int().min(0).max(21_600).nullish(),
  type: z.literal([10, 11, 12]).nullish(),
  invitable: flag.nullish(),
});

const patchForm = z.object({
  name: text(1, 100).optional(),
  archived: flag.optional(),
  locked: flag.optional(),
  auto_archive_duration: z.int().optional(),
  rate_limit_per_user: z.int().min(0).max(21_600).nullish(),
});

const own = ({ world }: Stage, request: RestRequest) =>
  requireChannel(world, world.bot.id, request.parameter('channelId'));

function ownThread(stage: Stage, request: RestRequest): Channel {
  const thread = own(stage, request);
  if (thread.thread_metadata === undefined) throw refusal(50024);
  return thread;
}

function createThread(stage: Stage, request: RestRequest, messageId?: string) {
  const { world, threads } = stage;
  const parent = own(stage, request);
  const form = readForm(threadForm, request.body);
  const thread = threads.create({
    creator: world.bot,
    parent,
    name: form.name,
    autoArchiveMinutes: requireAutoArchive(form.auto_archive_duration ?? 1440),
    // Without a message the default is a private thread (docs: resources/Channel, Start Thread without Message).
    ...(messageId === undefined ? { type: form.type ?? 12 } : { messageId }),
  });
  return { status: 201, body: withOwnMember(world, thread) };
}

function change(stage: Stage, request: RestRequest) {
  const { world, threads } = stage;
  const thread = own(stage, request);
  if (thread.thread_metadata === undefined) throw notImplemented('changing a channel that is not a thread');
  const patch = readForm(patchForm, request.body);
  if (patch.auto_archive_duration !== undefined) requireAutoArchive(patch.auto_archive_duration);
  requireThreadChange(world, world.bot.id, { thread, patch });
  return ok(withOwnMember(world, threads.change(thread, patch)));
}

function remove(stage: Stage, request: RestRequest) {
  const { world } = stage;
  const channel = own(stage, request);
  if (channel.type === 1) throw notImplemented('closing a DM');
  const isThread = channel.thread_metadata !== undefined;
  requireRights(world, world.bot.id, { channel, rights: [isThread ? 'MANAGE_THREADS' : 'MANAGE_CHANNELS'] });
  deleteChannel(world, channel);
  return ok(channel);
}

function join(stage: Stage, request: RestRequest) {
  const thread = ownThread(stage, request);
  if (thread.thread_metadata?.archived === true) throw refusal(50083);
  const { userId } = memberOf(stage, request);
  const rights = userId === stage.world.bot.id ? [] : (['SEND_MESSAGES_IN_THREADS'] as const);
  requireRights(stage.world, stage.world.bot.id, { channel: thread, rights });
  stage.threads.addMember(thread, userId);
  return noContent;
}

function leave(stage: Stage, request: RestRequest) {
  const thread = ownThread(stage, request);
  if (thread.thread_metadata?.archived === true) throw refusal(50083);
  const { userId } = memberOf(stage, request);
  const rights = userId === stage.world.bot.id ? [] : (['MANAGE_THREADS'] as const);
  requireRights(stage.world, stage.world.bot.id, { channel: thread, rights });
  stage.threads.removeMember(thread, userId);
  return noContent;
}

function memberOf({ world }: Stage, { parameter }: RestRequest): { userId: string } {
  const userId = parameter('userId') === '@me' ? world.bot.id : parameter('userId');
  if (!world.users.has(userId)) throw refusal(10013);
  return { userId };
}

function members(stage: Stage, request: RestRequest) {
  return ok([...(stage.world.threadMembers.get(ownThread(stage, request).id)?.values() ?? [])]);
}

function member(stage: Stage, request: RestRequest) {
  const thread = ownThread(stage, request);
  const found = stage.world.threadMembers.get(thread.id)?.get(memberOf(stage, request).userId);
  if (found === undefined) throw refusal(10007);
  return ok(found);
}

function archived(stage: Stage, request: RestRequest) {
  const { world } = stage;
  const parent = own(stage, request);
  requireRights(world, world.bot.id, { channel: parent, rights: ['READ_MESSAGE_HISTORY'] });
  const threads = [...world.channels.values()].filter(
    ({ parent_id, type, thread_metadata }) =>
      parent_id === parent.id && type !== 12 && thread_metadata?.archived === true,
  );
  return ok({ threads, members: [], has_more: false });
}

const channel = '/channels/:channelId';
const threadWrites = { requestsMax: 10, windowMs: 10_000 };

export const channelRoutes: Route[] = [
  {
    method: 'GET',
    path: channel,
    run: (stage, request) => ok(withOwnMember(stage.world, own(stage, request))),
  },
  { method: 'PATCH', path: channel, limit: threadWrites, run: change },
  { method: 'DELETE', path: channel, limit: threadWrites, run: remove },
  {
    method: 'POST',
    path: `${channel}/threads`,
    limit: threadWrites,
    run: (stage, request) => createThread(stage, request),
  },
  {
    method: 'POST',
    path: `${channel}/messages/:messageId/threads`,
    limit: threadWrites,
    run: (stage, request) => createThread(stage, request, request.parameter('messageId')),
  },
  { method: 'GET', path: `${channel}/threads/archived/public`, run: archived },
  { method: 'GET', path: `${channel}/thread-members`, run: members },
  { method: 'GET', path: `${channel}/thread-members/:userId`, run: member },
  { method: 'PUT', path: `${channel}/thread-members/:userId`, run: join },
  { method: 'DELETE', path: `${channel}/thread-members/:userId`, run: leave },
];

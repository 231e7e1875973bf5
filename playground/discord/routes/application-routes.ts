/** REST routes of commands, answers to interactions, and renewed file addresses. */
import * as z from 'zod';
import { readCommand, readCommands } from '../command-form.ts';
import type { CommandScope } from '../commands.ts';
import { readForm } from '../form.ts';
import { notImplemented, refusal } from '../refusal.ts';
import { noContent, ok, type RestAnswer, type RestRequest, type Route, type Stage } from '../rest-route.ts';

type CommandRun = (stage: Stage, request: RestRequest, scope: CommandScope) => RestAnswer;

/** Both scopes have the same routes; a server that the bot is not in is 50001. */
function inScope(isGuild: boolean, run: CommandRun) {
  return (stage: Stage, request: RestRequest): RestAnswer => {
    if (request.parameter('applicationId') !== stage.world.applicationId) throw refusal(50001);
    if (!isGuild) return run(stage, request, null);
    const guildId = request.parameter('guildId');
    if (stage.world.guilds.get(guildId)?.members.has(stage.world.bot.id) !== true) throw refusal(50001);
    return run(stage, request, guildId);
  };
}

const list: CommandRun = ({ commands }, { query }, scope) => {
  const all = commands.list(scope);
  if (query.get('with_localizations') === 'true') return ok(all);
  return ok(
    all.map(({ name_localizations: _name, description_localizations: _description, ...rest }) => rest),
  );
};

const upsert: CommandRun = ({ commands }, { body }, scope) => {
  const { command, isNew } = commands.upsert(scope, readCommand(body));
  return { status: isNew ? 201 : 200, body: command };
};

const change: CommandRun = ({ commands }, { body, parameter }, scope) => {
  const old = commands.get(scope, parameter('commandId'));
  const patch = readForm(z.record(z.string(), z.unknown()), body);
  return ok(commands.change(scope, old.id, readCommand({ ...old, ...patch })));
};

const remove: CommandRun = ({ commands }, { parameter }, scope) => {
  commands.remove(scope, parameter('commandId'));
  return noContent;
};

const permissions: CommandRun = () => {
  throw notImplemented('permissions of commands');
};

function commandRoutes(isGuild: boolean): Route[] {
  const path = `/applications/:applicationId${isGuild ? '/guilds/:guildId' : ''}/commands`;
  const one = `${path}/:commandId`;
  const limit = { requestsMax: 5, windowMs: 5000 };
  const run = (command: CommandRun) => inScope(isGuild, command);
  return [
    { method: 'GET', path: `${path}/permissions`, run: run(permissions) },
    { method: 'GET', path, limit, run: run(list) },
    {
      method: 'PUT',
      path,
      limit,
      run: run(({ commands }, { body }, scope) => ok(commands.replaceAll(scope, readCommands(body)))),
    },
    { method: 'POST', path, limit, run: run(upsert) },
    {
      method: 'GET',
      path: one,
      limit,
      run: run(({ commands }, { parameter }, scope) => ok(commands.get(scope, parameter('commandId')))),
    },
    { method: 'PATCH', path: one, limit, run: run(change) },
    { method: 'DELETE', path: one, limit, run: run(remove) },
  ];
}

function answer(stage: Stage, { parameter, query, body, files }: RestRequest): RestAnswer {
  const response = stage.answers.first(parameter('interactionId'), parameter('token'), { body, files });
  return query.get('with_response') === 'true' ? ok(response) : noContent;
}

/** The token route of this application; another application's is an unknown webhook. */
function withToken(run: (stage: Stage, request: RestRequest, token: string) => RestAnswer) {
  return (stage: Stage, request: RestRequest): RestAnswer => {
    if (request.parameter('applicationId') !== stage.world.applicationId) throw refusal(10015);
    return run(stage, request, request.parameter('token'));
  };
}

const refreshForm = z.object({ attachment_urls: z.array(z.string()).min(1).max(50) });

/** Not in Discord's documentation, but it answers bots (discord-facts §3). An address that is not ours is left out. */
function refresh({ files }: Stage, { body }: RestRequest): RestAnswer {
  const { attachment_urls } = readForm(refreshForm, body);
  const refreshed_urls = attachment_urls.flatMap((original) => {
    const refreshed = files.resign(original);
    return refreshed === null ? [] : [{ original, refreshed }];
  });
  return ok({ refreshed_urls });
}

const webhook = '/webhooks/:applicationId/:token';
const webhookMessage = `${webhook}/messages/:messageId`;
const webhookWrites = { requestsMax: 5, windowMs: 2000 };

export const applicationRoutes: Route[] = [
  ...commandRoutes(false),
  ...commandRoutes(true),
  { method: 'POST', path: '/interactions/:interactionId/:token/callback', isOpen: true, run: answer },
  {
    method: 'POST',
    path: webhook,
    isOpen: true,
    limit: webhookWrites,
    run: withToken(({ answers }, { body, files }, token) => ok(answers.followUp(token, { body, files }))),
  },
  {
    method: 'GET',
    path: webhookMessage,
    isOpen: true,
    run: withToken(({ answers }, { parameter }, token) => ok(answers.read(token, parameter('messageId')))),
  },
  {
    method: 'PATCH',
    path: webhookMessage,
    isOpen: true,
    limit: webhookWrites,
    run: withToken(({ answers }, { parameter, body, files }, token) =>
      ok(answers.edit(token, parameter('messageId'), { body, files })),
    ),
  },
  {
    method: 'DELETE',
    path: webhookMessage,
    isOpen: true,
    limit: webhookWrites,
    run: withToken(({ answers }, { parameter }, token) => {
      answers.remove(token, parameter('messageId'));
      return noContent;
    }),
  },
  { method: 'POST', path: '/attachments/refresh-urls', run: refresh },
];

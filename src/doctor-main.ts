/** The process of `npm run doctor`: looks at everything that the bot needs and says what to do. Changes nothing but an absent store, which it makes. */
import { newId, systemClock } from './clock.ts';
import { type Config, readConfig } from './config.ts';
import { messagesFor } from './core/messages/messages.ts';
import { DiscordError } from './discord/errors.ts';
import { createOperatorCalls } from './discord/operator-calls.ts';
import {
  backendFinding,
  discordFindings,
  type Finding,
  failed,
  printFindings,
  storeFinding,
} from './doctor/findings.ts';
import { createNemoClient } from './nemo/client.ts';
import { NemoError } from './ports/backend.ts';
import { silentLog } from './ports/log.ts';
import { StoreError } from './ports/store.ts';
import { createMask } from './redaction.ts';
import { openSessions } from './sessions/open.ts';

const examineDiscord = async ({ discord }: Config): Promise<readonly Finding[]> => {
  const { token, apiUrl, wantsMessageContent } = discord;
  const calls = createOperatorCalls({ token, apiUrl, clock: systemClock });
  try {
    const { id, botName, hasContentIntent } = await calls.application();
    const guilds = (await calls.guilds()).map(({ name, missing }) => ({
      name,
      missing: missing.map((permission) => messagesFor('en').permissionNames[permission]),
    }));
    const facts = { botName, applicationId: id, hasContentIntent, guilds, clockSkewMs: calls.clockSkewMs() };
    return discordFindings(facts, { wantsMessageContent });
  } catch (error) {
    if (!(error instanceof DiscordError)) throw error;
    const advice =
      error.kind === 'unreachable'
        ? 'Check DISCORD_API_URL and whether this machine may make HTTPS connections.'
        : 'Nothing else of Discord could be examined.';
    return [failed('Discord', error.message, advice)];
  }
};

const examineStore = async ({ store }: Config): Promise<Finding> => {
  try {
    const sessions = await openSessions({
      storeUrl: store.url,
      storeSecret: store.secret,
      clock: systemClock,
      log: silentLog,
      onLeaseLost: () => {},
    });
    await sessions.close();
    return storeFinding({ kind: 'works' });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return storeFinding({ kind: error.kind === 'locked' ? 'locked' : 'broken', message: error.message });
  }
};

/** Nobody's token: a refusal proves that the backend answers, and no starter account is spent for it. */
const tokenOfNobody = 'nmv_usr_doctor';

const nothingStored = { get: async () => null, set: async () => {}, delete: async () => {} };

const examineBackend = async ({ nemo, times, attachmentHosts }: Config): Promise<Finding> => {
  const hasOperatorToken = nemo.operatorToken !== null;
  const client = createNemoClient({
    settings: {
      ...nemo,
      operatorToken: nemo.operatorToken ?? tokenOfNobody,
      rateLimitWaitMs: times.rateLimitWaitMs,
      streamMaxMs: times.streamMaxMs,
      fileHosts: attachmentHosts,
    },
    accounts: nothingStored,
    exclusively: (_name, _signal, work) => work(),
    clock: systemClock,
    newId,
    log: silentLog,
  });
  try {
    const signal = AbortSignal.timeout(60_000);
    const credits = await client.credits({ account: { kind: 'operator' }, signal });
    return backendFinding({ available: credits === 'unknown' ? null : credits.available }, hasOperatorToken);
  } catch (error) {
    const problem = error instanceof NemoError ? error.problem.kind : 'no answer within a minute';
    return backendFinding({ problem }, hasOperatorToken);
  } finally {
    await client.close();
  }
};

const main = async (): Promise<void> => {
  const read = readConfig(process.env);
  if (!read.ok) {
    process.stdout.write(`${read.message}\n`);
    process.exitCode = 1;
    return;
  }
  const { config } = read;
  const findings: Finding[] = [
    { level: 'ok', about: 'Settings', detail: 'All values can be used.', advice: null },
  ];
  findings.push(...(await examineDiscord(config)), await examineStore(config), await examineBackend(config));
  const mask = createMask([config.discord.token, config.nemo.operatorToken, config.store.secret]);
  process.stdout.write(mask(printFindings(findings)));
  process.exitCode = findings.some(({ level }) => level === 'fail') ? 1 : 0;
};

await main();

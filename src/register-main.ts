/** The process of `npm run register`: puts the commands where DISCORD_GUILD_ID says, unless they are there. The bot does the same at its start. */
import { systemClock } from './clock.ts';
import { commands } from './commands/index.ts';
import { readConfig } from './config.ts';
import { DiscordError } from './discord/errors.ts';
import { createOperatorCalls } from './discord/operator-calls.ts';
import { type Log, silentLog } from './ports/log.ts';

/** One plain line for what an operator should know beside the answer; the answer itself says what failed. */
const complaints: Log = {
  ...silentLog,
  warn: (_fields, message) => void process.stderr.write(`${message}\n`),
  error: (_fields, message) => void process.stderr.write(`${message}\n`),
  child: () => complaints,
};

const main = async (): Promise<void> => {
  const read = readConfig(process.env);
  if (!read.ok) {
    process.stderr.write(`${read.message}\n`);
    process.exitCode = 78;
    return;
  }
  const { token, apiUrl, guildId } = read.config.discord;
  const calls = createOperatorCalls({ token, apiUrl, clock: systemClock });
  const definitions = commands.map(({ definition }) => definition);
  try {
    const { id } = await calls.application();
    await calls.register(definitions, { applicationId: id, guildId, log: complaints });
    const names = definitions.map(({ name }) => name).join(', ');
    const place = guildId === null ? 'everywhere' : `in the server ${guildId}`;
    process.stdout.write(`Registered ${place}: ${names}\n`);
  } catch (error) {
    if (!(error instanceof DiscordError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
};

await main();

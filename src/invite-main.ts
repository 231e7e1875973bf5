/** The process of `npm run invite`: prints the link that brings the bot into a server, with the least rights that it needs. */
import { systemClock } from './clock.ts';
import { readConfig } from './config.ts';
import { DiscordError } from './discord/errors.ts';
import { createOperatorCalls, inviteUrl } from './discord/operator-calls.ts';

const main = async (): Promise<void> => {
  const read = readConfig(process.env);
  if (!read.ok) {
    process.stderr.write(`${read.message}\n`);
    process.exitCode = 78;
    return;
  }
  const { token, apiUrl } = read.config.discord;
  try {
    const { id } = await createOperatorCalls({ token, apiUrl, clock: systemClock }).application();
    process.stdout.write(`${inviteUrl(id)}\n`);
  } catch (error) {
    if (!(error instanceof DiscordError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
};

await main();

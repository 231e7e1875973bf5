/** What the operator's tools ask of Discord, and the words for what goes wrong. */
import { expect, onTestFinished, test } from 'vitest';
import { createOperatorCalls } from '../../src/discord/operator-calls.ts';
import { createLogRecorder } from './log-recorder.ts';
import { botToken, realClock, startStandIn, testCommands } from './stage.ts';

const opened = async () => {
  const standIn = await startStandIn();
  onTestFinished(() => standIn.close());
  const calls = createOperatorCalls({ token: botToken, apiUrl: standIn.apiUrl, clock: realClock });
  return { calls, applicationId: standIn.people.botId };
};

test('a server in which the bot is not is named, with what to do about it', async () => {
  const { calls, applicationId } = await opened();
  const { log } = createLogRecorder();
  const registering = calls.register(testCommands, { applicationId, guildId: '999', log });
  await expect(registering).rejects.toMatchObject({ name: 'DiscordError', kind: 'rejected' });
  await expect(registering).rejects.toThrow(/server 999.*DISCORD_GUILD_ID.*npm run invite/u);
});

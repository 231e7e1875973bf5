/** The privileged intent is taken away while the bot runs. */
import { expect, test } from 'vitest';
import { openStage } from './stage.ts';

test('goes on without it, explains once, and hears what it may', async () => {
  const stage = await openStage();
  const { people, faults } = stage.standIn;
  expect(stage.discord.status().hasMessageContent).toBe(true);
  faults.withholdMessageContent(true);
  faults.dropGateway({ isResumable: false });
  await stage.until('the bot without the intent', () => {
    const { isReady, hasMessageContent } = stage.discord.status();
    return isReady && !hasMessageContent;
  });
  const where = { userId: stage.userId('maya'), channelId: stage.channelId('general') };
  await people.sendMessage({ ...where, content: 'between people' });
  await people.sendMessage({ ...where, content: `<@${people.botId}> a film` });
  await stage.until('both messages', () => stage.messages.length === 2);
  expect(stage.messages).toMatchObject([
    { text: '', isTextWithheld: true },
    { text: 'a film', isTextWithheld: false },
  ]);
  expect(stage.lines.filter(({ level }) => level === 'error')).toMatchObject([
    { message: expect.stringContaining('DISCORD_MESSAGE_CONTENT=off') },
  ]);
  expect(stage.lost).toEqual([]);
  await stage.close();
});

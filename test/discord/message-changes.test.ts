/** What people do to messages that are there, as the port tells it: real discord.js at the stand-in. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { textView } from '../../src/core/view.ts';
import type { AnsweredAt, MessageEdit } from '../../src/ports/chat.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
const edits: MessageEdit[] = [];
const deleted: AnsweredAt[] = [];
const { signal } = new AbortController();

beforeAll(async () => {
  stage = await openStage();
  stage.handleWith({
    onMessageEdited: async (edit) => void edits.push(edit),
    onMessageDeleted: async (at) => void deleted.push(at),
  });
});
afterAll(() => stage.close());
beforeEach(() => {
  edits.length = 0;
  deleted.length = 0;
});

const people = () => stage.standIn.people;

const write = async (channelId: string, content: string) => {
  const userId = stage.userId('maya');
  const { id: messageId } = await people().sendMessage({ userId, channelId, content });
  return { userId, channelId, messageId };
};

const openThread = async (): Promise<string> => {
  const channelId = stage.channelId('make-videos');
  const at = await stage.discord.chat.createMessage(channelId, textView('project'), {
    key: 'project',
    signal,
  });
  return (await stage.discord.chat.openThread(at, { name: 'Project', signal })).threadId;
};

describe('a message that is changed', () => {
  it('is told of, and reads as it is now, in a thread and in a direct message', async () => {
    const { id: dm } = await people().openDirectMessage(stage.userId('maya'));
    for (const channelId of [await openThread(), dm]) {
      edits.length = 0;
      const at = await write(channelId, 'make the title red');
      await people().editMessage({ ...at, content: `<@${people().botId}> make the title blue` });
      const edit = await stage.until('the change', () =>
        edits.find(({ messageId }) => messageId === at.messageId),
      );
      expect(edit).toMatchObject({ channelId, messageId: at.messageId });
      expect(await edit.read()).toMatchObject({ text: 'make the title blue', person: { id: at.userId } });
    }
  });

  it('is not told of when it is our own', async () => {
    const threadId = await openThread();
    const ours = await stage.discord.chat.createMessage(threadId, textView('one'), { key: 'own', signal });
    await stage.discord.chat.editMessage(ours, textView('two'), { signal });
    const at = await write(threadId, 'first');
    await people().editMessage({ ...at, content: 'second' });
    await stage.until('the change after it', () => edits.length > 0);
    expect(edits.map(({ messageId }) => messageId)).toEqual([at.messageId]);
  });
});

describe('a message that is deleted', () => {
  it('is told of', async () => {
    const at = await write(await openThread(), 'never mind');
    await people().deleteMessage(at);
    await stage.until('the deletion', () => deleted.length > 0);
    expect(deleted).toEqual([{ channelId: at.channelId, messageId: at.messageId }]);
  });
});

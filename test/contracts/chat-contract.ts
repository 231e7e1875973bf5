/** What every implementation of the port `Chat` promises, in the words of people. It must not know any platform. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ButtonView, type MessageView, textView } from '../../src/core/view.ts';
import type {
  AnsweredAt,
  ButtonPress,
  Chat,
  ChatHandlers,
  CommandCall,
  FormSubmission,
  IncomingMessage,
  MenuChoice,
} from '../../src/ports/chat.ts';

/** A message as people see it now. */
export type SeenMessage = {
  readonly id: string;
  readonly text: string;
  /** Custom ids and addresses, in order. */
  readonly buttons: readonly string[];
  readonly files: readonly string[];
  /** Whom it ever rang: person ids, or `everyone`. */
  readonly pinged: readonly string[];
  /** The one person who sees it; null: all. */
  readonly onlyFor: string | null;
};

export type Interaction = CommandCall | ButtonPress | MenuChoice | FormSubmission;

/** A chat with people in it. `maya` is a person in `channelId`; `closedChannelId` is a place where the bot may not write. */
export type ChatStage = {
  readonly chat: Chat;
  readonly channelId: string;
  readonly closedChannelId: string;
  readonly missingChannelId: string;
  readonly maya: string;
  /** Replaces what is done with events. */
  handleWith(handlers: Partial<ChatHandlers>): void;
  seenIn(channelId: string): readonly SeenMessage[];
  says(
    channelId: string,
    text: string,
    files?: readonly { name: string; bytes: Uint8Array }[],
  ): Promise<string>;
  presses(at: AnsweredAt, customId: string): Promise<void>;
  /** Fills in the form that is open in front of maya. */
  submits(fields: Readonly<Record<string, string>>): Promise<void>;
  removes(at: AnsweredAt): Promise<void>;
  /** The next message is created, but the platform loses its answer. */
  loseNextAnswer(): void;
  until<T>(what: string, look: () => T | null | undefined | false): Promise<T>;
  close(): Promise<void>;
};

const action = (customId: string): ButtonView => ({ kind: 'action', label: 'Go', customId, tone: 'primary' });
const withButton = (text: string, customId: string): MessageView => ({
  ...textView(text),
  buttons: [action(customId)],
});
const picture = { name: 'cat.png', bytes: new Uint8Array([0x89, 0x50, 0x4e, 0x47]) };

/** Runs the promises against one implementation. `open` starts it with a world of its own. */
export const describeChat = (name: string, open: () => Promise<ChatStage>): void => {
  describe(`${name} as a chat`, () => {
    let stage: ChatStage;
    let count = 0;
    const { signal } = new AbortController();

    beforeAll(async () => {
      stage = await open();
    });
    afterAll(() => stage.close());
    beforeEach(() => {
      stage.handleWith({});
      count += 1;
    });

    const key = (part = 'a'): string => `contract:${count}:${part}`;
    const create = (view: MessageView, part = 'a'): Promise<AnsweredAt> =>
      stage.chat.createMessage(stage.channelId, view, { key: key(part), signal });
    const seen = (at: AnsweredAt): SeenMessage | undefined =>
      stage.seenIn(at.channelId).find((message) => message.id === at.messageId);
    const nextInteraction = (): Promise<Interaction> =>
      new Promise((resolve) => {
        stage.handleWith({
          onInteraction: (interaction) => {
            resolve(interaction);
            return Promise.resolve();
          },
        });
      });
    const nextMessage = (): Promise<IncomingMessage> =>
      new Promise((resolve) => {
        stage.handleWith({
          onMessage: (message) => {
            resolve(message);
            return Promise.resolve();
          },
        });
      });
    const pressed = async (): Promise<ButtonPress> => {
      const at = await create(withButton('press me', key()), 'pressed');
      const interaction = nextInteraction();
      await stage.presses(at, key());
      const press = await interaction;
      if (press.kind !== 'button') throw new Error(`a press came as a ${press.kind}`);
      return press;
    };

    test('creates a message with words, buttons and files', async () => {
      const at = await create({
        ...withButton('**Ready** 做好了', key()),
        files: [{ ...picture, description: 'A cat' }],
      });
      expect(seen(at)).toMatchObject({
        text: '**Ready** 做好了',
        buttons: [key()],
        files: ['cat.png'],
        pinged: [],
      });
    });

    test('makes one message of one key and two of two', async () => {
      const first = await create(textView('once'));
      const again = await create(textView('once'));
      const other = await create(textView('once'), 'b');
      expect(again).toEqual(first);
      expect(other).not.toEqual(first);
    });

    test('makes one message when the answer to the first try is lost', async () => {
      stage.loseNextAnswer();
      const at = await create(textView(`lost ${count}`));
      const same = stage.seenIn(stage.channelId).filter((message) => message.text === `lost ${count}`);
      expect(same.map((message) => message.id)).toEqual([at.messageId]);
    });

    test('replaces words and buttons and leaves files alone', async () => {
      const at = await create({ ...withButton('before', key()), files: [{ ...picture, description: null }] });
      await stage.chat.editMessage(at, textView('after'), { signal });
      expect(seen(at)).toMatchObject({ text: 'after', buttons: [], files: ['cat.png'] });
    });

    test('rings nobody, whatever the words say, on create and on edit', async () => {
      const words = `@everyone @here <@${stage.maya}>`;
      const at = await create({ ...textView(words), isSilent: false });
      await stage.chat.editMessage(at, textView(`${words}!`), { signal });
      expect(seen(at)).toMatchObject({ text: `${words}!`, pinged: [] });
    });

    test('rings the one person of the view', async () => {
      const words = `@everyone <@${stage.maya}> ready`;
      const at = await create({ ...textView(words), mentionUserId: stage.maya, isSilent: false });
      expect(seen(at)).toMatchObject({ pinged: [stage.maya] });
    });

    test('calls an edit of a removed message gone, and removing it once more done', async () => {
      const at = await create(textView('short life'));
      await stage.removes(at);
      await expect(stage.chat.editMessage(at, textView('late'), { signal })).rejects.toMatchObject({
        name: 'ChatError',
        kind: 'gone',
      });
      await expect(stage.chat.deleteMessage(at, { signal })).resolves.toBeUndefined();
    });

    test('deletes its own message', async () => {
      const at = await create(textView('a mistake'));
      await stage.chat.deleteMessage(at, { signal });
      expect(seen(at)).toBeUndefined();
    });

    test('calls a place where it may not write forbidden, and one that does not exist gone', async () => {
      const into = (channelId: string): Promise<AnsweredAt> =>
        stage.chat.createMessage(channelId, textView('hello'), { key: key(), signal });
      await expect(into(stage.closedChannelId)).rejects.toMatchObject({
        name: 'ChatError',
        kind: 'forbidden',
      });
      await expect(into(stage.missingChannelId)).rejects.toMatchObject({
        name: 'ChatError',
        kind: 'placeGone',
      });
    });

    test('opens one thread under a message, however often it is asked', async () => {
      const at = await create(textView('a project'));
      const first = await stage.chat.openThread(at, { name: 'A project', signal });
      const again = await stage.chat.openThread(at, { name: 'A project', signal });
      expect(again).toEqual(first);
      const inside = await stage.chat.createMessage(first.threadId, textView('hello'), {
        key: key('in'),
        signal,
      });
      expect(inside.channelId).toBe(first.threadId);
    });

    test('finds its own message by the key in a button, and no other', async () => {
      const at = await create(withButton('find me', `turn:${key()}:stop`));
      await create(withButton('not me', `turn:${key('other')}:stop`), 'other');
      await expect(stage.chat.findOwnMessage(stage.channelId, key(), { signal })).resolves.toEqual(at);
      await expect(stage.chat.findOwnMessage(stage.channelId, key('none'), { signal })).resolves.toBeNull();
    });

    test('rejects with the reason of its signal', async () => {
      const reason = new Error('the bot stops');
      const aborted = AbortSignal.abort(reason);
      const at = { channelId: stage.channelId, messageId: '1' };
      await expect(stage.chat.editMessage(at, textView('late'), { signal: aborted })).rejects.toBe(reason);
    });

    test('shows typing and does not complain where it cannot', async () => {
      await expect(stage.chat.showTyping(stage.channelId)).resolves.toBeUndefined();
      await expect(stage.chat.showTyping(stage.missingChannelId)).resolves.toBeUndefined();
    });

    test('knows a size limit for files in any place', async () => {
      for (const channelId of [stage.channelId, stage.missingChannelId]) {
        expect(await stage.chat.uploadSizeBytesMax(channelId)).toBeGreaterThan(1_000_000);
      }
    });

    test('hands over what a person writes, with files that can be read again', async () => {
      const message = nextMessage();
      const messageId = await stage.says(stage.channelId, 'make a film of this', [picture]);
      const received = await message;
      expect(received).toMatchObject({
        messageId,
        text: 'make a film of this',
        person: { id: stage.maya, isModerator: false },
        place: { kind: 'channel', channelId: stage.channelId, missing: [] },
        attachments: [{ name: 'cat.png', sizeBytes: 4, from: { channelId: stage.channelId, messageId } }],
        isTextWithheld: false,
      });
      const [attachment] = received.attachments;
      const from = attachment?.from ?? { channelId: '', messageId: '' };
      const again = await stage.chat.readAttachments(from, { signal });
      expect(again).toMatchObject([{ id: attachment?.id, name: 'cat.png' }]);
      const bytes = await (await fetch(again[0]?.url ?? '')).bytes();
      expect(bytes).toEqual(picture.bytes);
    });

    test('never hands over its own messages', async () => {
      const messages: IncomingMessage[] = [];
      stage.handleWith({
        onMessage: (message) => {
          messages.push(message);
          return Promise.resolve();
        },
      });
      await create(textView('my own words'));
      const messageId = await stage.says(stage.channelId, 'somebody else');
      await stage.until('the message of the person', () => messages.length > 0);
      expect(messages.map((message) => message.messageId)).toEqual([messageId]);
    });

    test('answers a press visibly, in a message that can be edited like any other', async () => {
      const press = await pressed();
      expect(press).toMatchObject({
        customId: key(),
        person: { id: stage.maya },
        place: { kind: 'channel' },
      });
      const at = await press.answer(withButton('started', key('stop')));
      await stage.chat.editMessage(at, textView('@everyone half way'), { signal });
      expect(seen(at)).toMatchObject({ text: '@everyone half way', buttons: [], pinged: [], onlyFor: null });
    });

    test('answers a press in front of that person only', async () => {
      const press = await pressed();
      await press.answerPrivately(textView(`only you ${count}`));
      const mine = await stage.until('the private answer', () =>
        stage.seenIn(stage.channelId).find((message) => message.text === `only you ${count}`),
      );
      expect(mine.onlyFor).toBe(stage.maya);
    });

    test('promises a private answer and keeps the promise', async () => {
      const press = await pressed();
      const promised = await press.deferPrivately();
      await promised.finish(textView(`@everyone thought about it ${count}`));
      const mine = await stage.until('the private answer', () =>
        stage
          .seenIn(stage.channelId)
          .find((message) => message.text === `@everyone thought about it ${count}`),
      );
      expect(mine).toMatchObject({ onlyFor: stage.maya, pinged: [] });
    });

    test('acknowledges a press without any visible change', async () => {
      const before = stage.seenIn(stage.channelId).length;
      const press = await pressed();
      await press.acknowledge();
      expect(stage.seenIn(stage.channelId)).toHaveLength(before + 1);
    });

    test('opens a form and hands over what was filled in', async () => {
      const press = await pressed();
      await press.openForm({
        customId: key('form'),
        title: 'Change the video',
        fields: [
          {
            kind: 'text',
            id: 'words',
            label: 'What',
            placeholder: 'slower',
            lengthMax: 2000,
            isRequired: true,
          },
          { kind: 'files', id: 'files', label: 'Pictures', countMax: 5 },
        ],
      });
      const next = nextInteraction();
      await stage.submits({ words: 'make it slower' });
      const form = await next;
      expect(form).toMatchObject({
        kind: 'form',
        customId: key('form'),
        fields: { words: 'make it slower' },
        attachments: [],
      });
      await form.answerPrivately(textView('noted'));
    });

    test('tells the person that something went wrong when nobody answered', async () => {
      const at = await create(withButton('press me', key()), 'pressed');
      stage.handleWith({ onInteraction: () => Promise.reject(new Error('a bug')) });
      const privateLines = (): SeenMessage[] =>
        stage.seenIn(stage.channelId).filter((message) => message.onlyFor === stage.maya);
      const before = privateLines().length;
      await stage.presses(at, key());
      await stage.until('a private line', () => privateLines().length > before);
      expect(privateLines().at(-1)?.text).not.toBe('');
    });
  });
};

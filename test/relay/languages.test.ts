/** In which language somebody is answered whose platform tells none with a message: their words first, then those they began with. */
import { expect, it, onTestFinished } from 'vitest';
import { openStage, person } from './stage.ts';

const open = async () => {
  const stage = await openStage({ script: {} });
  onTestFinished(() => stage.close());
  const languages: string[] = [];
  const { openSession } = stage.backend;
  stage.backend.openSession = (call) => {
    languages.push(call.language);
    return openSession(call);
  };
  const newest = (): string => stage.chat.messages.map(stage.chat.newest).at(-1) ?? '';
  const answerTo = async (text: string, given: Parameters<typeof stage.say>[1] = {}): Promise<string> => {
    const count = stage.chat.messages.length;
    await stage.say(text, given);
    await stage.until(
      () => stage.chat.messages.length > count && !/^(?:Connecting|正在连接)/u.test(newest()),
    );
    return newest();
  };
  return { ...stage, languages, answerTo };
};

it('goes on in the language of the project where the words do not tell', async () => {
  const stage = await open();
  expect(await stage.answerTo('积分')).toContain('剩余 60 积分');
  expect(await stage.answerTo('')).toContain('随时可以开始');
  expect(await stage.answerTo('upload')).toContain('把文件直接发到聊天里');
});

it('follows the words where they tell', async () => {
  const stage = await open();
  expect(await stage.answerTo('credits')).toContain('60 credits left');
  expect(await stage.answerTo('积分')).toContain('剩余 60 积分');
});

it("is a moderator's own when they write in somebody else's project", async () => {
  const stage = await open();
  expect(await stage.answerTo('积分')).toContain('剩余 60 积分');
  const place = {
    kind: 'thread',
    channelId: 'dm',
    parentChannelId: null,
    guildId: null,
    missing: [],
  } as const;
  expect(
    await stage.answerTo('credits', { place, person: { ...person, id: '9', isModerator: true } }),
  ).toContain('60 credits left');
});

it('is asked of the backend as the first request that needs a project speaks it', async () => {
  const stage = await open();
  // A bare mention tells no language, and needs no project.
  expect(await stage.answerTo('', { mentionsBot: true })).toContain('Ready when you are');
  expect(await stage.answerTo('积分')).toContain('剩余 60 积分');
  expect(stage.languages).toEqual(['zh-CN']);
  expect((await stage.store.threads.get('dm'))?.locale).toBe('zh');
});

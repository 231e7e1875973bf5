/** "Make it better": asked back once, before anything is spent; then everything goes through. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { messagesFor } from '../../src/core/messages/messages.ts';
import { openStage, person, type Script, type Stage, saying, snapshotOf, words } from './stage.ts';

const messages = messagesFor('en');

const open = async (script: Partial<Script> = {}): Promise<Stage> => {
  const stage = await openStage({
    script: {
      streams: [() => saying(words('One.')), () => saying(words('Two.')), () => saying(words('Three.'))],
      snapshots: [snapshotOf('a')],
      ...script,
    },
  });
  onTestFinished(() => stage.close());
  return stage;
};

const sent = (stage: Stage): number => stage.calls.filter((name) => name === 'openStream').length;
const shows = (stage: Stage, part: string) => (): boolean =>
  stage.chat.messages.some((shown) => stage.chat.newest(shown).includes(part));
const question = (stage: Stage) =>
  stage.chat.messages.find((shown) => stage.chat.newest(shown) === messages.vague.question);

const openProject = async (): Promise<Stage> => {
  const stage = await open();
  await stage.say('make a film of the sea');
  await stage.until(shows(stage, 'One.'));
  return stage;
};

describe('an instruction that says only "better"', () => {
  it('is asked back with buttons, and nothing is sent', async () => {
    const stage = await openProject();
    await stage.say('make it better');
    await stage.until(shows(stage, messages.vague.question));
    expect(sent(stage)).toBe(1);
    expect(
      question(stage)
        ?.versions.at(-1)
        ?.buttons.map(({ label }) => label),
    ).toEqual([...messages.vague.labels, messages.vague.anyway]);
  });

  it('goes through the second time, in the very same words', async () => {
    const stage = await openProject();
    await stage.say('make it better');
    await stage.until(shows(stage, messages.vague.question));
    await stage.say('make it better');
    await stage.until(shows(stage, 'Two.'));
    await stage.say('fix it');
    await stage.until(shows(stage, 'Three.'));
    expect(sent(stage)).toBe(3);
  });

  it('is sent once when the person wants it anyway, however often they press', async () => {
    const stage = await openProject();
    await stage.say('make it better');
    await stage.until(() => question(stage) !== undefined);
    const button = question(stage)?.versions.at(-1)?.buttons.at(-1);
    const turnId = button?.kind === 'action' ? (button.customId.split(':')[1] ?? '') : '';
    expect(await stage.relay.runAgain(turnId, `${turnId}-anyway`, person)).toBe('accepted');
    expect(await stage.relay.runAgain(turnId, `${turnId}-anyway`, person)).toBe('known');
    await stage.until(shows(stage, 'Two.'));
    expect(sent(stage)).toBe(2);
  });

  it('is greeted with three things to try where nothing was made yet', async () => {
    const stage = await open();
    await stage.say('make it better');
    await stage.until(shows(stage, messages.greeting));
    expect(stage.chat.messages[0]?.versions.at(-1)?.buttons.map(({ label }) => label)).toEqual(
      messages.examples,
    );
    expect(stage.calls).toEqual([]);
  });

  it('is no more than a greeting at first: three things to try, however often, and nothing is sent', async () => {
    const stage = await open();
    await stage.say('Hi!');
    await stage.say('what can you do?');
    const greetings = () =>
      stage.chat.messages.filter((shown) => stage.chat.newest(shown) === messages.greeting);
    await stage.until(() => greetings().length === 2);
    expect(stage.calls).toEqual([]);
    await stage.say('make a film of the sea');
    await stage.until(shows(stage, 'One.'));
    await stage.say('thanks');
    await stage.until(shows(stage, 'Two.'));
  });

  it('is not asked back when it brings files: they are what it is about', async () => {
    const stage = await openProject();
    const file = {
      id: 'f1',
      name: 'sea.jpg',
      url: 'https://cdn.example.com/sea.jpg',
      sizeBytes: 10,
      contentType: 'image/jpeg',
      from: null,
    };
    await stage.say('make it better', { attachments: [file] });
    await stage.until(shows(stage, 'Two.'));
  });

  it('is asked in the language in which it was said', async () => {
    const stage = await openProject();
    await stage.say('更好看一点');
    await stage.until(shows(stage, messagesFor('zh').vague.question));
  });
});

/** What a turn costs, as the person is told: the balance before and after it, whoever pays. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { nemoError, openStage, type Script, type Stage, saying, snapshotOf, words } from './stage.ts';

const open = async (script: Partial<Script>, hasOperatorAccount = false): Promise<Stage> => {
  const stage = await openStage({
    script: { streams: [() => saying(words('Done.'))], snapshots: [snapshotOf('city')], ...script },
    hasOperatorAccount,
  });
  onTestFinished(() => stage.close());
  return stage;
};
const texts = (stage: Stage): readonly string[] => stage.chat.messages.map(stage.chat.newest);
const isSettled = (stage: Stage) => () =>
  stage.log.lines.some(({ message }) => message === 'the turn is settled');
const says = (stage: Stage, part: string) => () => texts(stage).some((text) => text.includes(part));

it('a balance without numbers keeps nobody from anything, and is told as what it is when asked for', async () => {
  const stage = await open({ credits: ['unknown'] });
  await stage.say('make a film of the city');
  await stage.until(isSettled(stage));
  expect(stage.sent).toEqual(['make a film of the city']);
  expect(JSON.stringify(stage.chat.messages)).not.toContain('credits');
  await stage.say('credits');
  await stage.until(says(stage, "NemoVideo doesn't say how many credits are left right now."));
});

describe('the end of a turn', () => {
  it('tells what it took and what is left', async () => {
    const stage = await open({ credits: [90, 40] });
    await stage.say('make a film of the city');
    await stage.until(says(stage, 'Done.\n-# 💳 Took about 50 credits, 40 left.'));
    // With the last words, not in an edit of its own after them.
    const [status] = stage.chat.messages;
    const settled = status?.versions.filter(
      ({ text, buttons }) => text.includes('Done.') && buttons.length === 0,
    );
    expect(settled?.map(({ text }) => text.includes('Took'))).toEqual([true]);
  });

  it("leaves out what is left of the operator's account", async () => {
    const stage = await open({ credits: [25_000, 24_950] }, true);
    await stage.say('make a film of the city');
    await stage.until(says(stage, 'Took about 50 credits.'));
    expect(texts(stage).join()).not.toContain('left');
  });

  it.each<[string, NonNullable<Script['credits']>]>([
    ['nothing was taken', [90, 90]],
    ['somebody topped it up meanwhile', [90, 190]],
    ['the balance could not be read before', [nemoError('network', 'backendUnavailable'), 40]],
    ['the balance before had no numbers', ['unknown', 40]],
    ['the balance after has no numbers', [90, 'unknown']],
    ['somebody else was spending before', [{ available: 90, frozen: 50 }, 40]],
    ['somebody else is spending after', [90, { available: 20, frozen: 20 }]],
    ['the balance could not be read after', [90, nemoError('network', 'backendUnavailable')]],
  ])('tells no figure when %s', async (_why, credits) => {
    const stage = await open({ credits });
    await stage.say('make a film of the city');
    await stage.until(isSettled(stage));
    await stage.clock.advance(10_000);
    expect(texts(stage).join()).toContain('Done.');
    expect(texts(stage).join()).not.toContain('Took');
  });

  it('tells no figure when two turns shared the account, because it would be the sum', async () => {
    const release = Promise.withResolvers<void>();
    async function* gated() {
      await release.promise;
      yield words('Done late.');
    }
    const streams = [gated, () => saying(words('Done.'))];
    const stage = await open({ streams, credits: [900, 900, 800, 700] }, true);
    const place = { kind: 'dm', parentChannelId: null, guildId: null, missing: [] } as const;
    await stage.say('make a film', { place: { ...place, channelId: 'one' } });
    await stage.until(() => stage.calls.includes('openStream'));
    await stage.say('make a film', { place: { ...place, channelId: 'two' } });
    await stage.until(says(stage, 'Done.'));
    release.resolve();
    await stage.until(says(stage, 'Done late.'));
    await stage.clock.advance(10_000);
    expect(texts(stage).join()).not.toContain('Took');
  });
});

describe('before a turn', () => {
  it('with little left, the person is told, and it is tried', async () => {
    const stage = await open({ credits: [30, 0] });
    await stage.say('make a film of the city');
    await stage.until(says(stage, 'Took about 30 credits, 0 left.'));
    // It was enough, so the warning is gone in the end.
    const [status] = stage.chat.messages;
    expect(status?.versions.some(({ text }) => text.includes('Only 30 credits left'))).toBe(true);
    expect(texts(stage).join()).not.toContain('Only');
  });

  it("little is no member's business where the operator pays", async () => {
    const stage = await open({ credits: [30, 0] }, true);
    await stage.say('make a film of the city');
    await stage.until(says(stage, 'Took about 30 credits.'));
    expect(texts(stage).join()).not.toContain('Only');
  });

  it('with nothing left, nothing is sent, and a starter account is led to its registration', async () => {
    const stage = await open({ credits: [0] });
    await stage.say('make a film of the city');
    await stage.until(says(stage, 'https://nemovideo.com/register?bind=anon_1'));
    expect(stage.calls).not.toContain('openStream');
  });

  it('with nothing left, a question is asked all the same, because its answer may be free', async () => {
    const stage = await open({ streams: [() => saying(words('Eight seconds.'))], credits: [0] });
    await stage.say('how long is it?');
    await stage.until(says(stage, 'Eight seconds.'));
    const [status] = stage.chat.messages;
    expect(status?.versions.some(({ text }) => text.includes('No credits are left'))).toBe(true);
    // It was answered, so the warning is gone in the end.
    await stage.until(() => !texts(stage).join().includes('credits'));
    expect(stage.sent).toEqual(['how long is it?']);
  });

  it('with nothing left on an account of their own, people are led to the site to top up', async () => {
    const stage = await open({ credits: [100, 0] });
    const token = 'nmv_usr_abcdefgh12345678';
    const person = { id: '7', name: 'Maya', locale: 'en', isModerator: false, managesServer: false } as const;
    await stage.relay.connect({ ...person, roleIds: [] }, token, new AbortController().signal);
    await stage.say('make a film of the city');
    await stage.until(says(stage, 'same project: https://nemovideo.com'));
    expect(texts(stage).join()).not.toContain('/register');
    expect(stage.calls).not.toContain('openStream');
  });

  it("with nothing left on the operator's account, people are told who can help, and how to go on", async () => {
    const stage = await open({ credits: [0] }, true);
    await stage.say('make a film of the city');
    await stage.until(says(stage, 'Whoever runs the bot can top it up'));
    expect(texts(stage).join()).toContain('/nemo connect');
    expect(stage.calls).not.toContain('openStream');
  });
});

it('a refusal in the middle of a turn means the same for whoever pays', async () => {
  const problem = { kind: 'outOfCredits', retry: 'never', code: '2001', bindId: null } as const;
  const streams = [() => saying({ type: 'error', problem, detail: null, isFinal: true } as const)];
  const stage = await open({ streams, snapshots: [snapshotOf(null)], credits: [60] }, true);
  await stage.say('make a film of the city');
  await stage.until(says(stage, 'Whoever runs the bot can top it up'));
});

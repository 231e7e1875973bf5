/** What a person can press after a failure, and what comes of it: their files are not forgotten, and the right account is named. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { nemoError, openStage, person, type Stage, saying, snapshotOf, words } from './stage.ts';

type Options = Omit<Parameters<typeof openStage>[0], 'script'>;

const open = async (script: Parameters<typeof openStage>[0]['script'], options: Options = {}) => {
  const stage = await openStage({ script, ...options });
  onTestFinished(() => stage.close());
  return stage;
};

const shows = (stage: Stage, part: string) => () =>
  stage.chat.messages.some((shown) => stage.chat.newest(shown).includes(part));

const buttonsUnder = ({ chat }: Stage, part: string): readonly string[] =>
  (chat.messages.find((shown) => chat.newest(shown).includes(part))?.versions.at(-1)?.buttons ?? []).map(
    (button) => (button.kind === 'action' ? button.customId : button.url),
  );

const picture = {
  id: 'f1',
  name: 'beach.png',
  url: 'https://cdn.discordapp.com/f1/beach.png',
  sizeBytes: 10,
  contentType: 'image/png',
  from: null,
};

describe('a request that failed before anything was sent', () => {
  it('is tried again with its files', async () => {
    const down = nemoError('network', 'backendUnavailable');
    const stage = await open({
      streams: [() => saying(words('Made.'))],
      snapshots: [down, snapshotOf(null), snapshotOf('city')],
    });
    const { handOver } = stage.backend;
    let handOvers = 0;
    stage.backend.handOver = (call) => {
      handOvers += 1;
      return handOvers === 1 ? Promise.reject(down) : handOver(call);
    };
    await stage.say('make a film of this', { attachments: [picture] });
    await stage.until(shows(stage, 'could not be reached'));
    // There is no project yet that could be kept.
    expect(stage.chat.messages.map(stage.chat.newest).join()).toContain(
      'NemoVideo could not be reached. Nothing was changed, and nothing was charged.',
    );
    expect(buttonsUnder(stage, 'could not be reached')).toEqual(['again:t1001']);
    expect(await stage.relay.runAgain('t1001', 'press-1', person)).toBe('accepted');
    await stage.until(shows(stage, 'could not be reached'));
    expect(await stage.relay.runAgain('t1001', 'press-2', person)).toBe('accepted');
    await stage.until(shows(stage, 'Your video is below'));
    expect((await stage.store.threads.get('dm'))?.files.map(({ id }) => id)).toContain('f1');
    expect(stage.sent).toEqual(['make a film of this']);
  });
});

describe('an export that the plan refuses (402)', () => {
  const script = {
    streams: [() => saying(words('Made.'))],
    snapshots: [snapshotOf(null), snapshotOf('city')],
    renders: [nemoError('refused', 'planBlocked')],
  };

  it('leads to the registration of a starter account, and to its project', async () => {
    const stage = await open(script, { hasOperatorAccount: false });
    stage.backend.submitRender = () => Promise.reject(nemoError('refused', 'planBlocked'));
    stage.backend.projectLink = async ({ sessionId }) => `https://nemovideo.com/claim?ct=${sessionId}`;
    await stage.say('make a film of the city');
    await stage.until(shows(stage, 'https://nemovideo.com/register?bind=anon_1'));
    expect(buttonsUnder(stage, 'does not include')).toEqual(['project:dm', 'render:dm']);
    const { signal } = new AbortController();
    expect(await stage.relay.projectLink('dm', signal)).toBe('https://nemovideo.com/claim?ct=s1');
    expect(await stage.relay.projectLink('elsewhere', signal)).toBeNull();
  });

  it("asks nobody to register when the plan is the operator's", async () => {
    const stage = await open(script);
    stage.backend.submitRender = () => Promise.reject(nemoError('refused', 'planBlocked'));
    await stage.say('make a film of the city');
    await stage.until(shows(stage, 'Whoever owns the account can change its plan'));
    expect(shows(stage, 'register')()).toBe(false);
  });
});

describe('words that ask for nothing yet', () => {
  it('are greeted without a project at the backend', async () => {
    const stage = await open({});
    await stage.say('', { mentionsBot: true });
    await stage.until(shows(stage, 'Ready when you are'));
    expect(stage.calls).toEqual([]);
  });
});

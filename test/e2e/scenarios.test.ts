/** Story: everything that the backend may do wrong, each ending in one clear line for the person, and the bot alive. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonFile } from '../../playground/discord/people.ts';
import type { Message } from '../../playground/discord/shapes.ts';
import { createNemoStandIn } from '../../playground/nemo/stand-in.ts';
import { type House, openHouse, pictures } from './house.ts';

let house: House;
let picture: PersonFile;

beforeAll(async () => {
  house = await openHouse({
    nemo: { speed: 400, filmLongEdgePx: 160 },
    environment: { RENDER_POLL_INTERVAL_MS: '100' },
  });
  const [first] = await pictures(1);
  if (first === undefined) throw new Error('no picture');
  picture = first;
});

afterAll(async () => {
  await house.close();
});

type Expected = 'video' | RegExp;

/** What a person must find in the thread in the end. `video`: all is well in spite of it. Without a row: any last line that is one. */
const endings: Readonly<Record<string, Expected>> = {
  default: 'video',
  'adk events': 'video',
  'token expired once': /no longer accepts this bot's account/u,
  'token expired always': /no longer accepts this bot's account/u,
  'session lost': 'video',
  'session lost in the stream': 'video',
  'session lost as plain text': 'video',
  'flat pieces': 'video',
  'token expired in the stream': /no longer accepts this bot's account/u,
  'out of credits': /This bot's account has no credits left/u,
  'message 429 once': 'video',
  'message 429 always': /very busy/u,
  'message 502 page': /connection broke/u,
  'message 500': /connection broke/u,
  'backend down': /could not be reached/u,
  'upload 4001': /can't be used\. What works/u,
  'upload 4002': /too large \(200 MB/u,
  // Where the answer comes while the bytes are still on their way, the connection ends before it is read.
  'upload 500': /NemoVideo could not be reached/u,
  'upload cannot fetch': 'video',
  'state 502 once': 'video',
  'hostile draft': /./u,
  'huge draft': /./u,
  'session id as number': 'video',
  'claim token fails': 'video',
  'poll 502 then fine': 'video',
  'render failed once': 'video',
  'render failed always': /Rendering failed twice/u,
  'completed without url first': 'video',
  'film gone': 'video',
  'render answer lost': 'video',
  'render 402': /does not include exporting this video/u,
  'shape B': 'video',
  'late write': 'video',
  'two stages': /Keep it all, or tell me what to take out/u,
  'trailing temporary issue': 'video',
  'error event': /ran into an error/u,
  'error event broken json': /ran into an error/u,
  'error event spilled': /ran into an error/u,
  'error event at once': /ran into an error/u,
  'empty object at the end': /./u,
  'error code then success': 'video',
  'max tokens': /Write \*go on\*/u,
  'empty body': /nothing changed/u,
  'reset though accepted': 'video',
  'cut, changed later': 'video',
  'cut, never changed': /connection broke/u,
  'heartbeats only': /connection broke|nothing changed/u,
  'huge answer': /The rest is in the file below/u,
  'long answer': /./u,
};

/** They need another house: starter accounts (accounts.test.ts), or more time and memory than a story has (playground tests). */
const elsewhere =
  /^(?:token 429|token 500|very slow|silence|endless stream|huge line|pause of three minutes|slow render|backend unreachable)/u;

const hasVideo = ({ attachments }: Message): boolean =>
  attachments.some(({ filename }) => filename.endsWith('.mp4'));

/** The last line of a turn that is over: nothing says that work goes on. */
const isOver = ({ content, components }: Message): boolean =>
  !/Connecting\.\.\.|-# (?:💭|🎬|🎵|✂️|🔍|📤|🎞️)/u.test(content) &&
  !JSON.stringify(components).includes('"stop:');

const channels = ['general', 'showcase', 'make-videos'];
let started = 0;

const start = async (name: string): Promise<string> => {
  const { people } = house.discord;
  // Discord lets a bot open ten threads in ten seconds in one channel.
  started += 1;
  const channel = channels[started % channels.length] ?? '';
  const channelId = people.ids.channels[channel] ?? '';
  const interaction = await people.runCommand({
    userId: people.ids.users['maya'] ?? '',
    channelId,
    name: 'makevideo',
    options: { prompt: `make a film for ${name}`, image1: picture },
  });
  return people.until('the answer', () => people.interaction(interaction.id)?.messageId);
};

const scenarioNames = async (): Promise<readonly string[]> => {
  const nemo = await createNemoStandIn({ clock: { nowMs: () => Date.now() } });
  await nemo.close();
  return nemo.scenarios.names.filter((name) => !elsewhere.test(name));
};

const names = await scenarioNames();

describe('a person meets', () => {
  it.each(names)('"%s"', async (name) => {
    const expected = endings[name] ?? /./u;
    const submittedBefore = house.nemo.ledger.submissions().length;
    house.nemo.scenarios.use(name, { for: 'everything' });
    try {
      const threadId = await start(name);
      if (expected === 'video') await house.waitForMessage(threadId, hasVideo, `the video with "${name}"`);
      else
        await house.waitForMessage(
          threadId,
          (message) => isOver(message) && expected.test(message.content),
          `the line for "${name}"`,
        );
      const newest = house.transcript(threadId).join('\n');
      expect(newest).not.toMatch(/nmv_usr_|session_id|stack|undefined|\[object|functionCall|"error"/u);
      expect(house.nemo.ledger.submissions().length - submittedBefore).toBeLessThanOrEqual(1);
      expect(house.nemo.ledger.violations()).toEqual([]);
      expect(house.bot.state().phase).toBe('running');
    } finally {
      house.nemo.scenarios.use('default', { for: 'everything' });
    }
  });
});

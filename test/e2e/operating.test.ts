/** Stories of the operator: health and metrics of a bot at work, a log without people's words, and the tools around it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Message, Snowflake } from '../../playground/discord/shapes.ts';
import { type House, openHouse, pictures, type StandIns } from './house.ts';
import { buttonsOf, createPersonIn, hasVideo, idOf, type Person } from './person.ts';

const quick = { speed: 60, filmLongEdgePx: 160, silentShare: 0 };
const root = new URL('../../', import.meta.url).pathname;
const wish = 'make a film of a lighthouse above a quiet harbour at dawn';

const run = promisify(execFile);

/** A tool of the operator, with an environment of its own; `code` as a shell would see it. */
const runTool = async (file: string, environment: Readonly<Record<string, string>>) => {
  const options = { cwd: root, env: { PATH: process.env['PATH'] ?? '', ...environment } };
  try {
    const { stdout, stderr } = await run(process.execPath, [file], options);
    return { code: 0, stdout, stderr };
  } catch (error) {
    return z.object({ code: z.number(), stdout: z.string(), stderr: z.string() }).parse(error);
  }
};

let house: House;
let standIns: StandIns;
let maya: Person;
let threadId: Snowflake;
let result: Message;

const healthPort = (): number =>
  Number(house.logLines().find((line) => line['msg'] === 'health and metrics are served')?.['port']);

const ask = async (path: string): Promise<{ status: number; body: string }> => {
  const answer = await fetch(`http://127.0.0.1:${healthPort()}${path}`);
  return { status: answer.status, body: await answer.text() };
};

type Ran = Awaited<ReturnType<typeof runTool>>;

/** Each tool once, while the film is made. */
let tools: Promise<Record<'doctor' | 'sickDoctor' | 'invite' | 'register', Ran>>;

const environmentOfTools = (): Record<string, string> => ({
  DISCORD_TOKEN: house.botToken,
  DISCORD_API_URL: house.discord.apiUrl,
  NEMO_API_URL: house.nemo.url,
  NEMO_TOKEN: house.nemo.operatorToken,
  STORE_URL: 'memory:',
});

const runTools = async () => {
  const own = environmentOfTools();
  const guildId = idOf(house.discord.people.ids.guilds, 'paradise');
  const [doctor, sickDoctor, invite, register] = await Promise.all([
    runTool('src/doctor-main.ts', own),
    runTool('src/doctor-main.ts', {
      ...own,
      DISCORD_TOKEN: 'a-token-of-nobody',
      NEMO_TOKEN: 'nmv_usr_refused_token',
      // The bot of this house runs on it.
      STORE_URL: `sqlite:${standIns.folder}/bot.db`,
    }),
    runTool('src/invite-main.ts', own),
    runTool('src/register-main.ts', { ...own, DISCORD_GUILD_ID: guildId }),
  ]);
  return { doctor, sickDoctor, invite, register };
};

beforeAll(async () => {
  house = await openHouse({
    nemo: quick,
    environment: async (given) => {
      standIns = given;
      return { HTTP_ADDRESS: '127.0.0.1:0' };
    },
  });
  maya = createPersonIn(house)('maya');
  const general = idOf(house.discord.people.ids.channels, 'general');
  const mention = `<@${house.discord.people.botId}>`;
  tools = runTools();
  threadId = (await maya.says(general, `${mention} ${wish}`, await pictures(1))).id;
  result = await house.waitForMessage(threadId, hasVideo, 'the video');
});

afterAll(async () => {
  await house.close();
});

describe('a bot at work', () => {
  it('is alive and ready', async () => {
    expect((await ask('/healthz')).status).toBe(200);
    const ready = await ask('/readyz');
    expect({ status: ready.status, body: JSON.parse(ready.body) }).toMatchObject({
      status: 200,
      body: {
        ok: true,
        checks: [{ name: 'start' }, { name: 'gateway' }, { name: 'store' }, { name: 'lanes' }],
      },
    });
  });

  it('has counted the turn, its render and its delivery', async () => {
    expect(hasVideo(result)).toBe(true);
    await expect
      .poll(async () => (await ask('/metrics')).body)
      .toMatch(/^makevideo_renders_total\{outcome="delivered"\} 1$/mu);
    const { body } = await ask('/metrics');
    expect(body).toMatch(/^makevideo_turns_total\{outcome="\w+"\} 1$/mu);
    expect(body).toContain('makevideo_deliveries_total{form="file"} 1');
    expect(body).toContain('makevideo_discord_shard_ready{shard="0"} 1');
    expect(body).toMatch(/^makevideo_store_seconds_count\{operation="set"\} [1-9]/mu);
    expect(body).toMatch(/^makevideo_stream_silence_seconds_count 1$/mu);
  });

  it('says of the request in its log what happened, with ids, and never in whose words', async () => {
    const phases = () => house.logLines().map((line) => line['phase']);
    await expect.poll(phases).toContain('delivered');
    const lines = house.logLines();
    const turnIds = new Set(lines.flatMap((line) => line['turnId'] ?? []));
    expect(turnIds.size).toBe(1);
    expect(lines.find((line) => line['phase'] === 'delivered')).toMatchObject({
      turnId: [...turnIds][0],
      threadId,
      renderId: expect.stringMatching(/^render_/u),
    });
    const log = house.bot.state().output.join('\n');
    for (const word of ['lighthouse', 'harbour', house.botToken, house.nemo.operatorToken])
      expect(log).not.toContain(word);
  });
});

describe('a person who wants to be forgotten', () => {
  it('is asked once, then forgotten, and old buttons no longer know them', async () => {
    const { people } = house.discord;
    const { id: askedId } = await maya.nemo('forget', threadId);
    await maya.toldAfter(threadId, askedId);
    const question = people
      .world(maya.userId)
      .messages[threadId]?.find(({ id }) => BigInt(id) > BigInt(askedId));
    if (question === undefined) throw new Error('Nobody asked.');
    expect(buttonsOf(question).map(({ label }) => label)).toEqual(['Forget me']);
    const pressId = await maya.presses(question, 'Forget me');
    expect(await maya.toldAfter(threadId, pressId)).toContain('I deleted 1 project and 1 request');
    const laterId = await maya.presses(result, 'Render again');
    expect(await maya.toldAfter(threadId, laterId)).toContain('no longer kept');
    const said = () => house.logLines().map((line) => line['msg']);
    await expect.poll(said).toContain('a person was forgotten');
  });
});

describe('the doctor', () => {
  it('finds everything in order, and the clock', async () => {
    const { code, stdout } = (await tools).doctor;
    expect(stdout).toMatch(
      /^ok +Discord .*\nok +Intent .*\nok +Servers .*\nok +Clock .*\nok +Store .*\nok +NemoVideo .*credits/mu,
    );
    expect(code).toBe(0);
  });

  it('tells what is wrong, what to do, and no secret', async () => {
    const { code, stdout, stderr } = (await tools).sickDoctor;
    expect(code).toBe(1);
    expect(stdout).toMatch(/^fail +Discord .*DISCORD_TOKEN.*\n +→ /mu);
    expect(stdout).toMatch(/^fail +NemoVideo .*NEMO_TOKEN.*\n +→ /mu);
    expect(stdout).toMatch(/^warn +Store .*\n +→ /mu);
    expect(stdout + stderr).not.toMatch(/a-token-of-nobody|refused_token/u);
  });
});

describe('the tools', () => {
  it('print the invite link with the least permissions', async () => {
    const { code, stdout } = (await tools).invite;
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `https://discord.com/oauth2/authorize?client_id=${house.applicationId}&scope=bot+applications.commands&permissions=309237746688\n`,
    });
  });

  it('register the commands in one server', async () => {
    expect((await tools).register).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('makevideo, nemo'),
    });
    const guildId = idOf(house.discord.people.ids.guilds, 'paradise');
    const path = `/v10/applications/${house.applicationId}/guilds/${guildId}/commands`;
    const headers = {
      authorization: `Bot ${house.botToken}`,
      'user-agent': 'DiscordBot (https://example.com, 1)',
    };
    const answer = await fetch(`${house.discord.apiUrl}${path}`, { headers });
    const names = z.array(z.object({ name: z.string() })).parse(await answer.json());
    expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(['makevideo', 'nemo']));
  });
});

/** Every fault that the panel offers does to a bot what its description says. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { createFaultDesk, type FaultDesk } from '../../../playground/discord/fault-desk.ts';
import { botToken, noLimits, type Stage, start } from './stage.ts';

const frameShape = z.object({ op: z.number() });

type Scene = Stage & { desk: FaultDesk; path: string; maya: { userId: string; channelId: string } };

async function startWithDesk(): Promise<Scene> {
  const stage = await start(noLimits);
  const { faults, people } = stage.standIn;
  const channelId = stage.channelId('general');
  return {
    ...stage,
    desk: createFaultDesk({ faults, people }),
    path: `/channels/${channelId}/messages`,
    maya: { userId: stage.userId('maya'), channelId },
  };
}

const words = { content: 'hello' };
const texts = ({ standIn, maya }: Scene) =>
  standIn.people.world(maya.userId).messages[maya.channelId]?.map(({ content }) => content) ?? [];

async function postFile({ standIn, path }: Scene): Promise<{ status: number; body: unknown }> {
  const form = new FormData();
  form.append('payload_json', JSON.stringify(words));
  form.append('files[0]', new Blob(['a film']), 'film.mp4');
  const headers = { authorization: `Bot ${botToken}` };
  const answer = await fetch(`${standIn.apiUrl}/v10${path}`, { method: 'POST', headers, body: form });
  return { status: answer.status, body: await answer.json() };
}

/** Says who it is, and resolves with the code with which the gateway closes. */
async function closeCodeOfIdentify({ standIn }: Scene, intents: number): Promise<number> {
  const socket = new WebSocket(`${standIn.gatewayUrl}/?v=10&encoding=json`);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  socket.send(JSON.stringify({ op: 2, d: { token: botToken, intents, properties: {} } }));
  const [code]: unknown[] = await closed;
  return Number(code);
}

/** A heartbeat and a login in one go: the opcode of what is answered first. */
async function opcodeAfterHeartbeat(gatewayUrl: string): Promise<unknown> {
  const socket = new WebSocket(`${gatewayUrl}/?v=10&encoding=json`);
  await once(socket, 'message');
  const answered = once(socket, 'message');
  socket.send(JSON.stringify({ op: 1, d: null }));
  socket.send(JSON.stringify({ op: 2, d: { token: botToken, intents: 0, properties: {} } }));
  const [frame]: unknown[] = await answered;
  socket.terminate();
  return frameShape.parse(JSON.parse(String(frame))).op;
}

const statusOf = async (url = ''): Promise<number> => (await fetch(url)).status;

/** Makes the fault strike and shows that it did. */
const proofs: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  async 'rate limited'({ raw, path }) {
    expect(await raw('POST', path, words)).toMatchObject({ status: 429, body: { retry_after: 1 } });
  },
  async '500 after create'(scene) {
    expect((await scene.raw('POST', scene.path, words)).status).toBe(500);
    expect(texts(scene)).toEqual(['hello']);
  },
  async 'answer lost'(scene) {
    await expect(scene.raw('POST', scene.path, words)).rejects.toThrow(TypeError);
    expect(texts(scene)).toEqual(['hello']);
  },
  async '503'(scene) {
    expect((await scene.raw('POST', scene.path, words)).status).toBe(503);
    expect(texts(scene)).toEqual([]);
  },
  async 'slow answers'({ standIn, path }) {
    const headers = { authorization: `Bot ${botToken}` };
    const signal = AbortSignal.timeout(500);
    const asking = fetch(`${standIn.apiUrl}/v10${path}`, { headers, signal });
    await expect(asking).rejects.toThrow('timeout');
  },
  async 'heartbeats unanswered'({ standIn }) {
    expect(await opcodeAfterHeartbeat(standIn.gatewayUrl)).toBe(0);
  },
  async 'file too large'(scene) {
    expect((await scene.raw('POST', scene.path, words)).status).toBe(200);
    expect(await postFile(scene)).toMatchObject({ status: 413, body: { code: 40005 } });
  },
  async 'missing intent'(scene) {
    expect(await closeCodeOfIdentify(scene, 1 << 15)).toBe(4014);
  },
  async 'missing permission'({ raw, path }) {
    expect(await raw('POST', path, words)).toMatchObject({ status: 403, code: 50013 });
  },
};

describe('a fault of Discord', () => {
  it.each(Object.keys(proofs))('"%s" strikes, and everything is well when it ends', async (name) => {
    const scene = await startWithDesk();
    scene.desk.use(name, 'everything');
    expect(scene.desk.active()).toEqual([{ name, for: 'everything' }]);
    await proofs[name]?.(scene);
    scene.desk.clear();
    expect(scene.desk.active()).toEqual([]);
    expect((await scene.raw('POST', scene.path, words)).status).toBe(200);
    expect((await postFile(scene)).status).toBe(200);
  });

  it('of one request is over when it has struck', async () => {
    const { desk, raw, path } = await startWithDesk();
    desk.use('rate limited', 'next turn');
    expect((await raw('POST', path, words)).status).toBe(429);
    expect(desk.active()).toEqual([]);
    expect((await raw('POST', path, words)).status).toBe(200);
  });

  it.each(['gateway drop', 'gateway drop, session lost', 'gateway asks to reconnect'])(
    '"%s" is survived by a bot',
    async (name) => {
      const { desk, login } = await startWithDesk();
      const client = await login();
      const back = once(client, name === 'gateway drop, session lost' ? 'shardReady' : 'shardResume');
      desk.use(name, 'next turn');
      expect(desk.active()).toEqual([]);
      expect((await back)[0]).toBe(0);
    },
  );

  it('"gateway down" lets nobody in until it ends', async () => {
    const { desk, standIn } = await startWithDesk();
    desk.use('gateway down', 'everything');
    const refused = new WebSocket(`${standIn.gatewayUrl}/?v=10&encoding=json`);
    expect(String(await once(refused, 'error'))).toContain('503');
    desk.clear();
    const taken = new WebSocket(`${standIn.gatewayUrl}/?v=10&encoding=json`);
    const [hello]: unknown[] = await once(taken, 'message');
    expect(String(hello)).toContain('heartbeat_interval');
    taken.terminate();
  });

  it('"attachments expired" ends the addresses that are out, and a second look gives new ones', async () => {
    const { desk, standIn, maya } = await startWithDesk();
    const file = { name: 'a.png', bytes: new Uint8Array([1]) };
    const sent = await standIn.people.sendMessage({ ...maya, files: [file] });
    const old = sent.attachments[0]?.url;
    expect(await statusOf(old)).toBe(200);
    desk.use('attachments expired', 'next turn');
    expect(await statusOf(old)).not.toBe(200);
    const again = standIn.people.world(maya.userId).messages[maya.channelId]?.at(-1);
    expect(await statusOf(again?.attachments[0]?.url)).toBe(200);
  });

  it('answers heartbeats at once while nothing is wrong', async () => {
    const { standIn } = await startWithDesk();
    expect(await opcodeAfterHeartbeat(standIn.gatewayUrl)).toBe(11);
  });

  it('has no other names', async () => {
    const { desk } = await startWithDesk();
    expect(() => desk.use('earthquake', 'next turn')).toThrow(RangeError);
    expect(new Set(desk.list.map(({ name }) => name)).size).toBe(desk.list.length);
  });
});

import { afterEach, describe, expect, test } from 'vitest';
import { type BotProcess, createBotProcess } from '../../../playground/bot-process.ts';

const bots: BotProcess[] = [];
afterEach(async () => {
  await Promise.all(bots.splice(0).map((bot) => bot.kill()));
});

function botThat(source: string, options: { stopWithinMs?: number; program?: string } = {}): BotProcess {
  const bot = createBotProcess({
    program: options.program ?? process.execPath,
    arguments: ['-e', source],
    folder: process.cwd(),
    environment: () => ({ GREETING: 'hello' }),
    clock: { nowMs: () => Date.now() },
    stopWithinMs: options.stopWithinMs ?? 60_000,
  });
  bots.push(bot);
  return bot;
}

const livesOn = 'setInterval(() => {}, 1000);';
const hasPrinted = async (bot: BotProcess, line: string): Promise<void> => {
  await expect.poll(() => bot.state().output).toContain(line);
};

describe('a bot process', () => {
  test('runs with exactly the environment that it is given, and shows what it prints', async () => {
    const bot = botThat(
      `console.log(process.env.GREETING, process.env.PATH); console.error('oh'); ${livesOn}`,
    );
    bot.start();
    await hasPrinted(bot, 'hello undefined');
    await hasPrinted(bot, 'oh');
    expect(bot.state()).toMatchObject({ phase: 'running', processId: expect.any(Number) });
  });

  test('is asked to end, and has time for it', async () => {
    const bot = botThat(
      `process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); console.log('up'); ${livesOn}`,
    );
    bot.start();
    await hasPrinted(bot, 'up');
    await bot.stop();
    expect(bot.state()).toMatchObject({ phase: 'stopped', exitCode: 0, processId: null });
    expect(bot.state().output).toEqual(['up', 'bye']);
  });

  test('is killed when it does not end in time', async () => {
    const bot = botThat(`process.on('SIGTERM', () => {}); console.log('up'); ${livesOn}`, {
      stopWithinMs: 50,
    });
    bot.start();
    await hasPrinted(bot, 'up');
    await bot.stop();
    expect(bot.state()).toMatchObject({ phase: 'stopped', signal: 'SIGKILL' });
  });

  test('says so when it dies by itself, and can be started again', async () => {
    const bot = botThat('process.exit(78)');
    const phases: string[] = [];
    bot.onChange(() => phases.push(bot.state().phase));
    bot.start();
    await expect.poll(() => bot.state()).toMatchObject({ phase: 'died', exitCode: 78, processId: null });
    bot.start();
    expect(bot.state().phase).toBe('running');
    await expect.poll(() => bot.state().phase).toBe('died');
    expect(phases.filter((phase) => phase === 'running').length).toBeGreaterThanOrEqual(2);
  });

  test('runs once, however often it is started', async () => {
    const bot = botThat(`console.log('up'); ${livesOn}`);
    bot.start();
    const { processId } = bot.state();
    bot.start();
    expect(bot.state().processId).toBe(processId);
    await hasPrinted(bot, 'up');
    await bot.kill();
    expect(bot.state()).toMatchObject({ phase: 'stopped', signal: 'SIGKILL' });
    expect(bot.state().output).toEqual(['up']);
  });

  test('says why a program cannot be started', async () => {
    const bot = botThat('', { program: '/no/such/program' });
    bot.start();
    await expect.poll(() => bot.state().phase).toBe('died');
    expect(bot.state().output.join()).toContain('ENOENT');
  });

  test('keeps the last 200 lines of its output', async () => {
    const bot = botThat(`for (let n = 1; n <= 250; n += 1) console.log(String(n)); ${livesOn}`);
    bot.start();
    await hasPrinted(bot, '250');
    expect(bot.state().output).toHaveLength(200);
    expect(bot.state().output[0]).toBe('51');
  });
});

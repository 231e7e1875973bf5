/** How discord.js alone would do it: the words are edited into a message as they come, for each chunk or once a second. Paces nothing itself. */
import { Client, Events, GatewayIntentBits, type Message } from 'discord.js';

/** Least time between two edits of a message; 0: one for each chunk. */
const intervalMs = Number(process.env['PLAIN_INTERVAL_MS']);
const lengthMax = 2_000;

const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent],
  rest: { api: process.env['DISCORD_API_URL'] ?? '' },
  allowedMentions: { parse: [] },
});

const wordsOf = (line: string): { text: string; partial: boolean } | null => {
  if (!line.startsWith('data: ')) return null;
  const event = JSON.parse(line.slice(6));
  return { text: event.content.parts[0].text, partial: event.partial };
};

const answer = async (message: Message): Promise<void> => {
  const reply = await message.reply('Working…');
  const instruction = message.content.replace(/<@\d+>\s*/u, '');
  const response = await fetch(`${process.env['NEMO_API_URL']}/run_sse`, {
    method: 'POST',
    body: JSON.stringify({ new_message: { parts: [{ text: instruction }] } }),
  });
  let text = '';
  let rest = '';
  let editedAtMs = 0;
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const words = wordsOf(line);
      if (words !== null) text = words.partial ? text + words.text : words.text;
    }
    if (Date.now() - editedAtMs < intervalMs) continue;
    editedAtMs = Date.now();
    await reply.edit(text.slice(-lengthMax));
  }
  await reply.edit(text.slice(-lengthMax));
};

client.on(Events.MessageCreate, (message) => {
  if (message.author.bot) return;
  answer(message).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
});
client.once(Events.ClientReady, () => process.stdout.write('Makevideo is ready, as it were.\n'));
await client.login(process.env['DISCORD_TOKEN']);

import { expect, test } from 'vitest';
import { createReadAttachments } from '../../src/discord/attachments.ts';
import { createLogRecorder } from './log-recorder.ts';

const file = (url: string) => ({ id: '1', name: 'cat.png', url, size: 10, contentType: 'image/png' });
const from = { channelId: '2', messageId: '3' };

test('takes a file from an allowed host, with what is needed to read it again', () => {
  const { log } = createLogRecorder();
  const read = createReadAttachments(['cdn.example.test'], log);
  expect(read([file('https://cdn.example.test/a/cat.png?ex=1')], from)).toEqual([
    {
      id: '1',
      name: 'cat.png',
      url: 'https://cdn.example.test/a/cat.png?ex=1',
      sizeBytes: 10,
      contentType: 'image/png',
      from,
    },
  ]);
});

test.each([
  'https://evil.test/cat.png',
  'https://cdn.example.test.evil.test/cat.png',
  'https://evil.test/cdn.example.test',
  'https://cdn.example.test@evil.test/cat.png',
  'not an address',
])('leaves out %s and says so in the log', (url) => {
  const { log, lines } = createLogRecorder();
  const read = createReadAttachments(['cdn.example.test'], log);
  expect(read([file(url)], null)).toEqual([]);
  expect(lines).toMatchObject([{ level: 'warn', fields: { count: 1 } }]);
});

test('allows a host with its port, and a host with any port', () => {
  const { log } = createLogRecorder();
  const url = 'http://127.0.0.1:4321/cat.png';
  expect(createReadAttachments(['127.0.0.1:4321'], log)([file(url)], null)).toHaveLength(1);
  expect(createReadAttachments(['127.0.0.1'], log)([file(url)], null)).toHaveLength(1);
  expect(createReadAttachments(['127.0.0.1:9'], log)([file(url)], null)).toHaveLength(0);
});

/** Records across versions: older ones are brought up step by step, newer and damaged ones are refused. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fromVersioned, type RecordShape, recordShapes, toVersioned } from '../../src/sessions/records.ts';
import { sampleTurn } from './sample-records.ts';

type Note = { readonly title: string; readonly stars: number };

/** Version 1 had `name`, version 2 called it `title`, version 3 added `stars`. */
const notes: RecordShape<Note> = {
  kind: 'notes',
  schema: z.strictObject({ title: z.string(), stars: z.number() }),
  upgrades: [({ name, ...rest }) => ({ ...rest, title: name }), (older) => ({ ...older, stars: 0 })],
};

const refusal = (kind: string) => expect.objectContaining({ name: 'StoreError', kind });

describe('a stored record', () => {
  it('carries its version', () => {
    expect(toVersioned(notes, 'n1', { title: 'hello', stars: 5 })).toEqual({
      v: 3,
      title: 'hello',
      stars: 5,
    });
    expect(toVersioned(recordShapes.turns, 't1', sampleTurn('t1'))).toEqual({ v: 2, ...sampleTurn('t1') });
  });

  it.each([
    [
      { v: 1, name: 'hello' },
      { title: 'hello', stars: 0 },
    ],
    [
      { v: 2, title: 'hello' },
      { title: 'hello', stars: 0 },
    ],
    [
      { v: 3, title: 'hello', stars: 5 },
      { title: 'hello', stars: 5 },
    ],
  ])('of any older version is read (%o)', (stored, record) => {
    expect(fromVersioned(notes, 'n1', stored)).toEqual(record);
  });

  it('of a newer version is refused as newer', () => {
    expect(() => fromVersioned(notes, 'n1', { v: 4, title: 'hello' })).toThrow(refusal('newer'));
  });

  it.each([
    ['without a version', { title: 'hello', stars: 5 }],
    ['with version 0', { v: 0, title: 'hello', stars: 5 }],
    ['with half a version', { v: 1.5, name: 'hello' }],
    ['with a field missing', { v: 3, title: 'hello' }],
    ['with a field of another type', { v: 3, title: 'hello', stars: 'many' }],
    ['with a field that nobody knows', { v: 3, title: 'hello', stars: 5, colour: 'red' }],
    ['that is a list', [1]],
    ['that is nothing', null],
  ])('%s is refused as damaged', (_what, stored) => {
    expect(() => fromVersioned(notes, 'n1', stored)).toThrow(refusal('corrupt'));
  });

  it('is named in the refusal, and what it holds is not', () => {
    const stored = { v: 2, ...sampleTurn('t1', 'a private thought'), locale: 'klingon' };
    const read = (): unknown => fromVersioned(recordShapes.turns, 't1', stored);
    expect(read).toThrow('turns/t1');
    expect(read).toThrow('locale');
    expect(read).not.toThrow(/private|klingon/u);
  });
});

describe('what the first version of the bot stored', () => {
  const fixture = new URL('../fixtures/records-of-version-1.json', import.meta.url);
  const listsShape = z.record(z.string(), z.array(z.looseObject({ v: z.literal(1) })));
  const read = async () => listsShape.parse(JSON.parse(await readFile(fixture, 'utf8')));

  const kinds: Readonly<Record<string, RecordShape<unknown>>> = recordShapes;

  it.each(['threads', 'turns', 'renders', 'arrivals', 'accounts'])('is read: %s', async (kind) => {
    const shape = kinds[kind] ?? notes;
    const stored = (await read())[kind] ?? [];
    expect(stored).not.toHaveLength(0);
    for (const record of stored) {
      const { v: _version, ...fields } = record;
      const known = Object.entries(fields).filter(([name]) => name !== 'state');
      expect(fromVersioned(shape, 'r', record)).toMatchObject(Object.fromEntries(known));
    }
  });

  it('keeps the buttons that it offered', async () => {
    const turns = (await read())['turns'] ?? [];
    const choices = turns.map((stored) => fromVersioned(recordShapes.turns, 't', stored).state.choices);
    expect(choices).toEqual(['none', 'examples']);
  });
});

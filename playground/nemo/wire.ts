// Puts what the agent does into stream events, in each shape that is known of such servers. It must not know sockets or time.
import type { ToolCall } from './script.ts';

/**
 * adk: partial deltas, then the whole text (captures of ADK-JS) · whole: final events only · python: UUIDs, seconds,
 * no empty keys, a last event with text "" · snake: the envelope of Python 0.x · progressive: a partial preview of each call, then
 * one final with text and call · flat: the `type` events of nemo-api §4.1 · flat pieces: the same, with the words in pieces.
 */
export type WireStyle = 'adk' | 'whole' | 'python' | 'snake' | 'progressive' | 'flat' | 'flat pieces';

/** One event of the stream: its JSON text, made when it is sent so that it carries that time, and the pause before it in ms at speed 1. */
export type Piece = { json: () => string; pauseMs: number };

export type Wire = {
  say: (words: { text: string; thought?: string; charactersPerPiece?: number; pauseMs?: number }) => Piece[];
  call: (calls: readonly IdentifiedCall[], options: { text?: string; longRunning?: boolean }) => Piece[];
  respond: (calls: readonly IdentifiedCall[], options: { split?: boolean }) => Piece[];
  event(event: Readonly<Record<string, unknown>>): Piece;
  /** What follows after the last step. */
  close(): Piece[];
};

export type IdentifiedCall = ToolCall & { id: string };

type Parts = readonly Readonly<Record<string, unknown>>[];
type WireDeps = { nowMs: () => number; newId: () => string };

const agent = 'nemo_agent';
const usage = { promptTokenCount: 21, candidatesTokenCount: 9, totalTokenCount: 30 };
const usualPieceCharacters = 20;
const usualPauseMs = 140;

export function createWire(style: WireStyle, deps: WireDeps): Wire {
  return style === 'flat' || style === 'flat pieces' ? createFlatWire(style) : createAdkWire(style, deps);
}

function createAdkWire(style: Exclude<WireStyle, 'flat' | 'flat pieces'>, deps: WireDeps): Wire {
  const envelope = createEnvelope(style, deps);
  const piece = (event: Readonly<Record<string, unknown>>, pauseMs = 0): Piece => ({
    json: () => envelope(event),
    pauseMs,
  });
  const hasPartials = style !== 'whole' && style !== 'snake';
  const stop = { usageMetadata: usage, finishReason: 'STOP' };
  const finals = style === 'adk' || style === 'progressive' ? { partial: false } : {};

  return {
    say({ text, thought, charactersPerPiece = usualPieceCharacters, pauseMs = usualPauseMs }) {
      const thoughts = thought === undefined ? [] : [{ text: thought, thought: true }];
      const deltas = hasPartials
        ? [
            ...cut(thought ?? '', charactersPerPiece).map((delta) => model([{ text: delta, thought: true }])),
            ...cut(text, charactersPerPiece).map((delta) => model([{ text: delta }])),
          ]
        : [];
      const partials = deltas.map((delta) => piece({ ...delta, partial: true }, pauseMs));
      const final = piece(
        { ...model([...thoughts, { text }]), ...stop, ...finals },
        hasPartials ? 20 : cut(text, charactersPerPiece).length * pauseMs,
      );
      return [...partials, final];
    },
    call(calls, { text, longRunning }) {
      const parts = calls.map(({ id, name, args }) => ({ functionCall: { name, args, id } }));
      const longRunningToolIds = longRunning === true ? calls.map((call) => call.id) : [];
      const deltas = cut(text ?? '', usualPieceCharacters).map((delta) =>
        piece({ ...model([{ text: delta }]), partial: true }, usualPauseMs),
      );
      const preview = style === 'progressive' ? [piece({ ...model(parts), partial: true })] : [];
      const words = text === undefined ? [] : [{ text }];
      return [
        ...deltas,
        ...preview,
        piece({ ...model([...words, ...parts]), longRunningToolIds, ...stop, ...finals }, 60),
      ];
    },
    respond(calls, { split }) {
      const parts = calls.map(({ id, name, response }) => ({ functionResponse: { id, name, response } }));
      const content = { role: 'user', parts };
      const actions = { stateDelta: { last_edit: calls[0]?.args ?? {} }, artifactDelta: {} };
      const usageOnly = style === 'adk' ? [piece({ ...stop, ...finals })] : [];
      if (split !== true) return [piece({ content, actions }), ...usageOnly];
      const id = deps.newId();
      return [
        piece({ id, content, actions }),
        piece({ id, actions: { ...actions, artifactDelta: { 'film.mp4': 1 } } }),
        ...usageOnly,
      ];
    },
    event: (event) => piece(event),
    close: () => (style === 'python' ? [piece(model([{ text: '' }]))] : []),
  };
}

function model(parts: Parts) {
  return { content: { role: 'model', parts } };
}

/** Gives an event its ids and times in the manner of the server that the style plays. */
function createEnvelope(
  style: WireStyle,
  deps: WireDeps,
): (event: Readonly<Record<string, unknown>>) => string {
  const invocationId = `e-${deps.newId()}`;
  const isJavaScript = style === 'adk' || style === 'progressive' || style === 'whole';
  return (event) => {
    const { actions, longRunningToolIds, ...rest } = event;
    const known = {
      invocationId,
      author: agent,
      id: isJavaScript ? deps.newId().slice(0, 8) : deps.newId(),
      actions: {
        stateDelta: {},
        artifactDelta: {},
        requestedAuthConfigs: {},
        ...(isJavaScript ? { requestedToolConfirmations: {} } : {}),
        ...asRecord(actions),
      },
      ...(isJavaScript || hasItems(longRunningToolIds)
        ? { longRunningToolIds: longRunningToolIds ?? [] }
        : {}),
      timestamp: isJavaScript ? Math.round(deps.nowMs()) : deps.nowMs() / 1000,
      ...rest,
    };
    return JSON.stringify(style === 'snake' ? snakeEnvelope(known) : known);
  };
}

function snakeEnvelope(event: { actions: object } & Record<string, unknown>): Record<string, unknown> {
  return { ...snakeKeys(event), actions: snakeKeys(event.actions) };
}

function snakeKeys(object: object): Record<string, unknown> {
  const renamed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) {
    renamed[key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value;
  }
  return renamed;
}

function createFlatWire(style: 'flat' | 'flat pieces'): Wire {
  return {
    say: ({ text, pauseMs = usualPauseMs }) => {
      const pieces = cut(text, usualPieceCharacters);
      return style === 'flat'
        ? [flatPiece({ type: 'text', content: text }, pieces.length * pauseMs)]
        : pieces.map((content) => flatPiece({ type: 'text', content }, pauseMs));
    },
    call: (calls) => calls.map(({ name, args }) => flatPiece({ type: 'tool_call', name, args }, 60)),
    respond: (calls) =>
      calls.map(({ name, response }) => flatPiece({ type: 'tool_result', name, result: response })),
    event: (event) => flatPiece(event),
    close: () => [],
  };
}

function flatPiece(event: unknown, pauseMs = 0): Piece {
  return { json: () => JSON.stringify(event), pauseMs };
}

/** Cuts between code points, so that no piece ends in half a character. */
function cut(text: string, size: number): string[] {
  const characters = Array.from(text);
  return Array.from({ length: Math.ceil(characters.length / size) }, (_, index) =>
    characters.slice(index * size, (index + 1) * size).join(''),
  );
}

function asRecord(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function hasItems(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

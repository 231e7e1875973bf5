// Runs a turn's steps over an open response: pace, bytes, writes, charge. It must not know what the words mean.
import type { ServerResponse } from 'node:http';
import { createByteWriter } from './byte-writer.ts';
import type { Pace } from './pace.ts';
import type { TurnChange } from './scenarios/scenario.ts';
import type { Step, TurnPlan, Write } from './script.ts';
import { createWire, type Piece, type Wire } from './wire.ts';

export type TurnRun = {
  plan: TurnPlan;
  change: TurnChange;
  response: ServerResponse;
  /** Called when a step stores something in the session. */
  onWrite: (write: Write) => void;
  /** Called when the body has ended cleanly; steps may follow that still write. */
  onEnded(): void;
};

/** NemoVideo's heartbeat is only described ("heartbeat", "empty `data:` lines"): both forms are sent by turns. */
const usualHeartbeats = ['data: {"type":"heartbeat"}\n\n', 'data:\n\n'] as const;
const heartbeatEveryMs = 1000;

/**
 * Plays a turn to its end. A client that leaves does not stop it, unless a scenario says so: the agent works in
 * the cloud (nemo-api §4.4).
 * Resolves when every step is done; rejects only when the stand-in closes.
 */
export async function playTurn(run: TurnRun, deps: { pace: Pace; newId: () => string }): Promise<void> {
  const { change, response } = run;
  const style = change.wire ?? 'adk';
  const wire = createWire(style, { nowMs: deps.pace.nowMs, newId: deps.newId });
  const out = createByteWriter(response, change.bytes ?? 'plain');
  if (change.isReset === true) response.socket?.resetAndDestroy();
  else begin(response);
  const planned = change.steps?.(run.plan, out.isOpen) ?? run.plan.steps;
  const player = createStepPlayer({ run, wire, out, pace: deps.pace, newId: deps.newId });
  for (const step of style === 'progressive' ? mergeWordsIntoCalls(planned) : planned)
    if (change.endsWithClient !== true || out.isOpen()) await player.play(step);
  await player.finish();
}

function begin(response: ServerResponse): void {
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
  response.writeHead(200, headers);
  response.flushHeaders();
}

type PlayerDeps = {
  run: TurnRun;
  wire: Wire;
  out: ReturnType<typeof createByteWriter>;
  pace: Pace;
  newId: () => string;
};

function createStepPlayer({ run, wire, out, pace, newId }: PlayerDeps) {
  const sleep = (ms: number): Promise<void> => pace.sleep(ms * (run.change.slowness ?? 1));
  const beat = createHeart({ run, out, sleep });
  const send = async (pieces: readonly Piece[]): Promise<void> => {
    for (const piece of pieces) {
      await sleep(piece.pauseMs);
      await out.write(`data: ${piece.json()}\n\n`);
    }
  };
  const use = async (step: Extract<Step, { do: 'use' }>): Promise<void> => {
    const calls = step.calls.map((call) => ({ ...call, id: `adk-${newId()}` }));
    await send(
      wire.call(calls, {
        ...(step.text === undefined ? {} : { text: step.text }),
        longRunning: step.unanswered === true,
      }),
    );
    await beat(step.workMs, heartbeatEveryMs);
    if (step.write !== undefined) run.onWrite(step.write);
    if (step.unanswered !== true) await send(wire.respond(calls, { split: step.split === true }));
  };
  const finish = async (): Promise<void> => {
    if (!out.isOpen()) return;
    await send(wire.close());
    run.onEnded();
    out.end();
  };
  const play = async (step: Step): Promise<void> => {
    switch (step.do) {
      case 'say':
        return send(wire.say(step));
      case 'use':
        return use(step);
      case 'write':
        return run.onWrite(step.write);
      case 'wait':
        return sleep(step.ms);
      case 'beat':
        return beat(step.forMs, step.everyMs);
      case 'event':
        return send([
          step.bare === true
            ? { json: () => JSON.stringify(step.event), pauseMs: 0 }
            : wire.event(step.event),
        ]);
      case 'bytes':
        return out.write(step.text);
      case 'cut':
        return out.cut();
      case 'end':
        return finish();
    }
  };
  return { play, finish };
}

/** Waits `forMs`, with a heartbeat whenever `everyMs` have passed before the end. */
function createHeart({ run, out, sleep }: Pick<PlayerDeps, 'run' | 'out'> & { sleep: Pace['sleep'] }) {
  const heartbeats = run.change.heartbeat === undefined ? usualHeartbeats : [run.change.heartbeat];
  let beatCount = 0;
  return async (forMs: number, everyMs: number): Promise<void> => {
    for (let waitedMs = everyMs; waitedMs < forMs; waitedMs += everyMs) {
      await sleep(everyMs);
      await out.write(heartbeats[beatCount % heartbeats.length] ?? '');
      beatCount += 1;
    }
    await sleep(forMs % everyMs || everyMs);
  };
}

/** Progressive servers put the words before a call into the call's own final event (sse-wire, "Partial and final"). */
function* mergeWordsIntoCalls(steps: Iterable<Step>): Generator<Step> {
  let held: Extract<Step, { do: 'say' }> | null = null;
  for (const step of steps) {
    if (held !== null && step.do === 'use') yield { ...step, text: held.text };
    else if (held !== null) yield held;
    const isMerged = held !== null && step.do === 'use';
    held = step.do === 'say' ? step : null;
    if (held === null && !isMerged) yield step;
  }
  if (held !== null) yield held;
}

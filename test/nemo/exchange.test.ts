import type { Dispatcher } from 'undici';
import { describe, expect, it } from 'vitest';
import { createExchange } from '../../src/nemo/exchange.ts';
import { collect, errorOf } from './kit.ts';

/** What undici would do to the connection, written down. */
const createController = () => {
  const heard: string[] = [];
  const controller: Dispatcher.DispatchController = {
    aborted: false,
    paused: false,
    reason: null,
    rawHeaders: [],
    abort: () => heard.push('abort'),
    pause: () => heard.push('pause'),
    resume: () => heard.push('resume'),
  };
  return { controller, heard };
};

/** An exchange, and undici's side of it. */
const begin = () => {
  const { controller, heard } = createController();
  const failures: { error: unknown; isStarted: boolean }[] = [];
  let overs = 0;
  const { handler, head, chunks, abort } = createExchange({
    failureOf: (error, isStarted) => {
      failures.push({ error, isStarted });
      return error;
    },
    onOver: () => {
      overs += 1;
    },
  });
  return {
    start: () => handler.onRequestStart?.(controller, {}),
    answer: (status = 200) => handler.onResponseStart?.(controller, status, { 'content-type': 'text/plain' }),
    send: (text: string) => handler.onResponseData?.(controller, Buffer.from(text)),
    end: () => handler.onResponseEnd?.(controller, {}),
    fail: (error: Error) => handler.onResponseError?.(controller, error),
    overs: () => overs,
    controller,
    heard,
    failures,
    head,
    chunks,
    abort,
  };
};

const answered = () => {
  const exchange = begin();
  exchange.start();
  exchange.answer();
  return exchange;
};

const textOf = (chunks: readonly Uint8Array[]): string[] =>
  chunks.map((chunk) => Buffer.from(chunk).toString());

/** Half of what may wait, and a little more. */
const much = 'x'.repeat(40_000);

describe('an exchange', () => {
  it('has an answer with the first headers that are not informational', async () => {
    const exchange = begin();
    exchange.start();
    exchange.answer(103);
    exchange.answer(200);
    await expect(exchange.head).resolves.toEqual({ status: 200, headers: { 'content-type': 'text/plain' } });
    expect(exchange.controller.rawHeaders).toBeNull();
  });

  it('gives its bytes in order, those that waited and those that are waited for', async () => {
    const exchange = answered();
    exchange.send('one');
    exchange.send('two');
    const reading = collect(exchange.chunks);
    await Promise.resolve();
    exchange.send('three');
    exchange.end();
    expect(textOf(await reading)).toEqual(['one', 'two', 'three']);
    expect(exchange.overs()).toBe(1);
  });

  it('makes the server wait for a slow reader, and no longer than that', async () => {
    const exchange = answered();
    const reader = exchange.chunks[Symbol.asyncIterator]();
    exchange.send(much);
    expect(exchange.heard).toEqual([]);
    exchange.send(much);
    expect(exchange.heard).toEqual(['pause']);
    await reader.next();
    expect(exchange.heard).toEqual(['pause']);
    await reader.next();
    expect(exchange.heard).toEqual(['pause', 'resume']);
  });

  it('that breaks gives what came before, then the failure', async () => {
    const exchange = answered();
    exchange.send('one');
    const broken = new Error('reset');
    exchange.fail(broken);
    const reader = exchange.chunks[Symbol.asyncIterator]();
    expect(await reader.next()).toMatchObject({ done: false });
    expect(await errorOf(Promise.resolve(reader.next()))).toBe(broken);
    expect(exchange.failures).toEqual([{ error: broken, isStarted: true }]);
    expect(exchange.overs()).toBe(1);
  });

  it('that breaks tells a reader who waits', async () => {
    const exchange = answered();
    const reading = errorOf(collect(exchange.chunks));
    const broken = new Error('reset');
    exchange.fail(broken);
    expect(await reading).toBe(broken);
  });

  it('that is aborted ends at undici too, with the first reason, and drops what nobody read', async () => {
    const exchange = answered();
    exchange.send('one');
    const reason = new Error('stop');
    exchange.abort(reason);
    exchange.abort(new Error('stop again'));
    exchange.fail(new Error('aborted'));
    expect(await errorOf(collect(exchange.chunks))).toBe(reason);
    expect(exchange.heard[0]).toBe('abort');
    expect(exchange.overs()).toBe(1);
  });

  it('that is aborted before it has a connection is not sent when it gets one', async () => {
    const exchange = begin();
    const reason = new Error('stop');
    exchange.abort(reason);
    expect(await errorOf(exchange.head)).toBe(reason);
    expect(exchange.failures).toEqual([{ error: reason, isStarted: false }]);
    exchange.start();
    expect(exchange.heard).toEqual(['abort']);
  });

  it('ends when its reader leaves', async () => {
    const exchange = answered();
    exchange.send('one');
    for await (const chunk of exchange.chunks) {
      expect(chunk.byteLength).toBe(3);
      break;
    }
    expect(exchange.heard).toContain('abort');
    expect(exchange.overs()).toBe(1);
  });
});

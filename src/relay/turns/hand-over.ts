/** Gives a turn's files to the backend when they arrive, not when the lane gets to the turn (invariant I8). Once per file. */
import type { HandOverFile, HandOverResult } from '../../ports/backend.ts';
import type { Attachment } from '../../ports/chat.ts';
import { ChatError } from '../../ports/chat.ts';
import type { ThreadRecord, TurnFile } from '../../ports/store.ts';
import type { RelayDeps } from '../deps.ts';
import type { LiveTurn } from './live-turns.ts';
import { changeThread } from './thread-changes.ts';
import type { ThreadSessions } from './thread-sessions.ts';

export type HandOver = {
  /** Hands over what is not yet handed over; rejects with NemoError or StoreError. Calls for the same turn share one attempt. */
  ensure(live: LiveTurn, thread: ThreadRecord, signal: AbortSignal): Promise<void>;
  /** Gives every known file of the thread to a new session, because the old one is lost. */
  repeat(live: LiveTurn, thread: ThreadRecord, signal: AbortSignal): Promise<void>;
};

/** Older addresses are renewed by reading the message again: they expire after about a day (discord-facts §3). */
const addressAgeMsMax = 10 * 60_000;

const toFile = (attachment: Attachment): HandOverFile => ({
  name: attachment.name,
  url: attachment.url,
  sizeBytes: attachment.sizeBytes,
  contentType: attachment.contentType,
});

const createRefresh =
  (deps: RelayDeps) =>
  async (attachments: readonly Attachment[], signal: AbortSignal): Promise<readonly Attachment[]> => {
    const fresh = new Map<string, Attachment>();
    const sources = new Map(
      attachments.flatMap(({ from }) => (from === null ? [] : [[from.messageId, from] as const])),
    );
    for (const from of sources.values()) {
      try {
        for (const attachment of await deps.chat.readAttachments(from, { signal }))
          fresh.set(attachment.id, attachment);
      } catch (error) {
        // The message may be deleted; the address that we have may still work, and if not the backend says so by name.
        if (!(error instanceof ChatError)) throw error;
        deps.log.warn(
          { err: error, messageId: from.messageId },
          'the files of a message could not be read again',
        );
      }
    }
    return attachments.map((attachment) => fresh.get(attachment.id) ?? attachment);
  };

/** What became of each file, by its id; refused ones are named to the person with their reason. */
const judge = (
  live: LiveTurn,
  attachments: readonly Attachment[],
  results: readonly HandOverResult[],
): ReadonlyMap<string, TurnFile['outcome']> => {
  const outcomes = new Map<string, TurnFile['outcome']>();
  for (const [index, { id, name }] of attachments.entries()) {
    const result = results[index];
    if (result?.accepted === true) outcomes.set(id, { accepted: true });
    if (result?.accepted !== false) continue;
    const reason = result.problem.kind;
    outcomes.set(id, { accepted: false, reason });
    live.dispatch({ type: 'noted', note: { kind: 'fileRefused', name, reason } });
  }
  return outcomes;
};

export const createHandOver = (deps: RelayDeps, sessions: ThreadSessions): HandOver => {
  const refresh = createRefresh(deps);
  const running = new Map<string, Promise<void>>();

  const send = async (
    thread: ThreadRecord,
    attachments: readonly Attachment[],
    options: { readonly signal: AbortSignal; readonly onProgress?: (doneCount: number) => void },
  ) => {
    const { account, session } = await sessions.open(thread, options.signal);
    const files = attachments.map(toFile);
    return deps.backend.handOver({ account, ...options, sessionId: session.sessionId, files });
  };

  const remember = async (thread: ThreadRecord, accepted: readonly Attachment[]): Promise<void> => {
    await changeThread(deps, thread.threadId, (newest) => ({
      ...newest,
      files: [...newest.files, ...accepted],
    }));
  };

  const handOver = async (live: LiveTurn, thread: ThreadRecord, signal: AbortSignal): Promise<void> => {
    const { files, acceptedAtMs } = live.record();
    const open = files.filter((file) => file.outcome === null);
    if (open.length === 0) return;
    const total = files.length;
    const before = total - open.length;
    live.dispatch({ type: 'uploading', done: before, total });
    const known = open.map((file) => file.attachment);
    const isOld = deps.clock.nowMs() - acceptedAtMs > addressAgeMsMax;
    const attachments = isOld ? await refresh(known, signal) : known;
    const onProgress = (doneCount: number): void =>
      live.dispatch({ type: 'uploading', done: before + doneCount, total });
    const outcomes = judge(live, attachments, await send(thread, attachments, { signal, onProgress }));
    await live.update({
      files: files.map((file) => ({ ...file, outcome: outcomes.get(file.attachment.id) ?? file.outcome })),
    });
    live.dispatch({ type: 'uploading', done: total, total });
    await remember(
      thread,
      attachments.filter((attachment) => outcomes.get(attachment.id)?.accepted === true),
    );
  };

  return {
    ensure: (live, thread, signal) => {
      const { turnId } = live.record();
      const started =
        running.get(turnId) ?? handOver(live, thread, signal).finally(() => running.delete(turnId));
      running.set(turnId, started);
      return started;
    },
    repeat: async (live, thread, signal) => {
      const newest = (await deps.store.threads.get(thread.threadId)) ?? thread;
      if (newest.files.length === 0) return;
      const attachments = await refresh(newest.files, signal);
      judge(live, attachments, await send(newest, attachments, { signal }));
    },
  };
};

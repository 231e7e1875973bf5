/** Posts the finished video: as a file if it fits, with its link in any case, and never twice (invariants I3, I4). */
import { messagesFor } from '../core/messages/messages.ts';
import { renderKey, viewResult } from '../core/result-view.ts';
import { NemoError } from '../ports/backend.ts';
import type { AnsweredAt } from '../ports/chat.ts';
import { ChatError } from '../ports/chat.ts';
import type { RelayDeps } from './deps.ts';
import type { RenderJob } from './render-job.ts';
import { showTimeline } from './timeline-view.ts';

/** The MP4 if it may be posted; null when it is too large or cannot be had, so that the link stands alone. */
const fetchFile = async (deps: RelayDeps, job: RenderJob, url: string): Promise<Uint8Array | null> => {
  const { account, renderId, threadId } = job.record();
  const sizeBytesMax = await deps.chat.uploadSizeBytesMax(threadId);
  try {
    const file = await deps.backend.downloadRender({
      account,
      renderId,
      url,
      sizeBytesMax,
      signal: job.signal,
    });
    return file === 'tooLarge' ? null : file;
  } catch (error) {
    if (!(error instanceof NemoError)) throw error;
    deps.log.warn(
      { err: error, renderId },
      'the finished video could not be fetched; its link is posted alone',
    );
    return null;
  }
};

/** Nice to have beside the video; the video is posted without it. */
const fetchExtras = async (deps: RelayDeps, job: RenderJob) => {
  const { account, sessionId, threadId, locale } = job.record();
  const { signal } = job;
  const thread = await deps.store.threads.get(threadId);
  const projectUrl =
    thread?.session == null ? null : await deps.backend.projectLink({ account, signal, ...thread.session });
  try {
    const { timeline } = await deps.backend.snapshot({ account, signal, sessionId });
    const { text, picture } = await showTimeline(deps.pictures, timeline, locale);
    return { projectUrl, timelineText: text, timelinePicture: picture };
  } catch (error) {
    if (!(error instanceof NemoError)) throw error;
    deps.log.info({ err: error }, 'the timeline for a result could not be read');
    return { projectUrl, timelineText: null, timelinePicture: null };
  }
};

/** A message of an earlier process that carries this render's key in a button. */
const findPosted = (deps: RelayDeps, job: RenderJob): Promise<AnsweredAt | null> => {
  const { threadId, renderId } = job.record();
  return deps.chat.findOwnMessage(threadId, renderKey(renderId), { signal: job.signal });
};

const post = async (deps: RelayDeps, job: RenderJob, url: string): Promise<AnsweredAt> => {
  const { renderId, threadId, requesterId, locale } = job.record();
  const extras = await fetchExtras(deps, job);
  const file = await fetchFile(deps, job, url);
  const sizeBytes = (file?.byteLength ?? 0) + (extras.timelinePicture?.bytes.byteLength ?? 0);
  // The limit may hold for all files of a message together: the words stand for the picture then.
  const hasRoom = sizeBytes <= (await deps.chat.uploadSizeBytesMax(threadId));
  const timelinePicture = hasRoom ? extras.timelinePicture : null;
  const result = { renderId, threadId, requesterId, videoUrl: url, ...extras, file, timelinePicture };
  const view = viewResult(result, messagesFor(locale));
  const { signal } = job;
  try {
    return await deps.chat.createMessage(threadId, view, { key: `result:${renderId}`, signal });
  } catch (error) {
    const isTooLarge = error instanceof ChatError && error.kind === 'tooLarge' && view.files.length > 0;
    if (!isTooLarge) throw error;
    deps.log.info({ renderId, sizeBytes }, 'the platform refused the files for their size');
    const link = viewResult({ ...result, file: null, timelinePicture: null }, messagesFor(locale));
    return deps.chat.createMessage(threadId, link, { key: `result-link:${renderId}`, signal });
  }
};

/** Waits between tries while the platform is unavailable; about ten minutes in all. */
const retryDelaysMs = [1_000, 5_000, 15_000, 30_000, 60_000, 120_000, 180_000, 180_000];

/**
 * Posts until it is certain: a try whose answer got lost is looked for before the next one. `null`: somebody deleted the message or
 * its thread, which counts as delivered.
 */
const postSurely = async (deps: RelayDeps, job: RenderJob, url: string): Promise<AnsweredAt | null> => {
  let isCertain = !job.isResumed;
  for (const delayMs of [...retryDelaysMs, null]) {
    try {
      const found = isCertain ? null : await findPosted(deps, job);
      return found ?? (await post(deps, job, url));
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      if (error.kind === 'gone') return null;
      if (error.kind !== 'unavailable' || delayMs === null) throw error;
      deps.log.warn({ err: error, renderId: job.record().renderId }, 'the result could not be posted yet');
      isCertain = false;
      await deps.clock.sleep(delayMs, job.signal);
    }
  }
  return null;
};

/** Rejects with ChatError when the platform refuses the result for good, StoreError, or the signal's reason. */
export const deliver = async (deps: RelayDeps, job: RenderJob): Promise<void> => {
  const { url } = job.record().state;
  if (url === null) return;
  const resultMessage = await postSurely(deps, job, url);
  await job.update({ resultMessage });
  await job.dispatch({ type: 'delivered' });
};

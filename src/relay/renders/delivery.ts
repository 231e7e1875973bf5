/** Posts the finished video: as a file if it fits, with its link in any case, and never twice (invariants I3, I4). */
import type { Messages } from '../../core/messages/catalogue.ts';
import { messagesFor } from '../../core/messages/messages.ts';
import { type Result, renderKey, viewDirectResult, viewResult } from '../../core/result-view.ts';
import { readTitle } from '../../core/timeline.ts';
import { NemoError } from '../../ports/backend.ts';
import type { AnsweredAt, MessageView } from '../../ports/chat.ts';
import { ChatError } from '../../ports/chat.ts';
import type { Gate } from '../../ports/gate.ts';
import type { RelayDeps } from '../deps.ts';
import type { RenderJob } from './render-job.ts';
import { showTimeline } from './timeline-view.ts';

/** `films`: a video is in memory from its first byte until Discord has it, so only so many are fetched at once. */
export type DeliveryDeps = RelayDeps & { readonly films: Gate };

type Film = { readonly file: Uint8Array | null; readonly whyNoFile?: 'tooLarge' | 'notFetched' };

/** The MP4 if it may be posted; without it the link stands alone. */
const fetchFile = async (
  deps: RelayDeps,
  job: RenderJob,
  { url, channelId }: { url: string; channelId: string },
): Promise<Film> => {
  const { account, renderId } = job.record();
  const sizeBytesMax = await deps.chat.uploadSizeBytesMax(channelId);
  try {
    const file = await deps.backend.downloadRender({
      account,
      renderId,
      url,
      sizeBytesMax,
      signal: job.signal,
    });
    return file === 'tooLarge' ? { file: null, whyNoFile: file } : { file };
  } catch (error) {
    if (!(error instanceof NemoError)) throw error;
    deps.log.warn(
      { err: error, renderId },
      'the finished video could not be fetched; its link is posted alone',
    );
    return { file: null, whyNoFile: 'notFetched' };
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
    const { timeline, draft } = await deps.backend.snapshot({ account, signal, sessionId });
    const { text, picture } = await showTimeline(deps.pictures, timeline, locale);
    return { projectUrl, title: readTitle(draft), timelineText: text, timelinePicture: picture };
  } catch (error) {
    if (!(error instanceof NemoError)) throw error;
    deps.log.info({ err: error }, 'the timeline for a result could not be read');
    return { projectUrl, title: null, timelineText: null, timelinePicture: null };
  }
};

/** A message of an earlier process that carries this render's key in a button. */
const findPosted = (deps: RelayDeps, job: RenderJob): Promise<AnsweredAt | null> => {
  const { threadId, renderId } = job.record();
  return deps.chat.findOwnMessage(threadId, renderKey(renderId), { signal: job.signal });
};

/** Where the result goes: to its thread, or to the person when the thread does not take it. */
type Target = {
  readonly channelId: string;
  readonly key: string;
  readonly draw: (result: Result, messages: Messages) => MessageView;
};

/** A file that is too large, or that may not be attached, is worth a second try without it. */
const isAboutFiles = (error: unknown): error is ChatError =>
  error instanceof ChatError && (error.kind === 'tooLarge' || error.kind === 'forbidden');

type Extras = Awaited<ReturnType<typeof fetchExtras>>;

/** With the file if it fits, and with the link alone where the platform does not take it. */
const postFilm = async (
  deps: RelayDeps,
  job: RenderJob,
  { to, extras }: { to: Target & { url: string }; extras: Extras },
): Promise<AnsweredAt> => {
  const { renderId, threadId, requesterId, locale } = job.record();
  const { channelId, key, draw, url } = to;
  const film = await fetchFile(deps, job, to);
  const sizeBytes = (film.file?.byteLength ?? 0) + (extras.timelinePicture?.bytes.byteLength ?? 0);
  // The limit may hold for all files of a message together: the words stand for the picture then.
  const hasRoom = sizeBytes <= (await deps.chat.uploadSizeBytesMax(channelId));
  const timelinePicture = hasRoom ? extras.timelinePicture : null;
  const result = { renderId, threadId, requesterId, videoUrl: url, ...extras, ...film, timelinePicture };
  const view = draw(result, messagesFor(locale));
  const { signal } = job;
  try {
    return await deps.chat.createMessage(channelId, view, { key, signal });
  } catch (error) {
    if (!isAboutFiles(error) || view.files.length === 0) throw error;
    deps.log.info({ renderId, sizeBytes, kind: error.kind }, 'the platform did not take the files');
    const whyNoFile = error.kind === 'forbidden' ? ('forbidden' as const) : ('tooLarge' as const);
    const link = { ...result, file: null, timelinePicture: null, whyNoFile };
    return deps.chat.createMessage(channelId, draw(link, messagesFor(locale)), {
      key: `${key}-link`,
      signal,
    });
  }
};

const post = async (
  deps: DeliveryDeps,
  job: RenderJob,
  to: Target & { url: string },
): Promise<AnsweredAt> => {
  const extras = await fetchExtras(deps, job);
  return deps.films.through(() => postFilm(deps, job, { to, extras }), job.signal);
};

const postInThread = (deps: DeliveryDeps, job: RenderJob, url: string): Promise<AnsweredAt> => {
  const { threadId, renderId } = job.record();
  return post(deps, job, { channelId: threadId, key: `result:${renderId}`, draw: viewResult, url });
};

/** The thread is gone, or closed to us. Somebody paid for the video, so it is offered once where it certainly reaches them. */
const postDirectly = async (deps: DeliveryDeps, job: RenderJob, url: string): Promise<AnsweredAt> => {
  const { requesterId, renderId, threadId } = job.record();
  const { channelId } = await deps.chat.openDirectMessage(requesterId, { signal: job.signal });
  const key = `result-direct:${renderId}`;
  const at = await post(deps, job, { channelId, key, draw: viewDirectResult, url });
  deps.log.info(
    { renderId, threadId },
    'a result went to direct messages, because its thread did not take it',
  );
  return at;
};

/** Waits between tries while the platform is unavailable; about ten minutes in all. */
const retryDelaysMs = [1_000, 5_000, 15_000, 30_000, 60_000, 120_000, 180_000, 180_000];

/** The thread first, and the person when it does not take the result. */
const postSomewhere = async (
  deps: DeliveryDeps,
  job: RenderJob,
  options: { url: string; isCertain: boolean },
): Promise<AnsweredAt> => {
  const { url, isCertain } = options;
  try {
    const found = isCertain ? null : await findPosted(deps, job);
    return found ?? (await postInThread(deps, job, url));
  } catch (error) {
    const isPlaceLost = error instanceof ChatError && ['placeGone', 'forbidden'].includes(error.kind);
    if (!isPlaceLost) throw error;
    return postDirectly(deps, job, url);
  }
};

/**
 * Posts until it is certain: a try whose answer got lost is looked for before the next one. `null`: somebody deleted the message,
 * which counts as delivered.
 */
const postSurely = async (deps: DeliveryDeps, job: RenderJob, url: string): Promise<AnsweredAt | null> => {
  let isCertain = !job.isResumed;
  for (const delayMs of [...retryDelaysMs, null]) {
    try {
      return await postSomewhere(deps, job, { url, isCertain });
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
export const deliver = async (deps: DeliveryDeps, job: RenderJob): Promise<void> => {
  const { url } = job.record().state;
  if (url === null) return;
  const resultMessage = await postSurely(deps, job, url);
  await job.update({ resultMessage });
  await job.dispatch({ type: 'delivered' });
};

/** Fetches a finished film: from its address, else from the backend (nemo-api §8.3). */
import { problemOf } from '../core/problems.ts';
import { NemoError } from '../ports/backend.ts';
import { readBytes, readJson, refusalOf } from './answer.ts';
import { type Api, redirectOf } from './api.ts';
import { type AddressRule, fetchForeign } from './foreign.ts';
import type { Http, HttpAnswer } from './http.ts';
import { jsonSizeBytesMax } from './limits.ts';
import { outputUrlOf } from './render.ts';

export type DownloadCall = {
  readonly token: string;
  readonly renderId: string;
  readonly url: string;
  readonly sizeBytesMax: number;
  readonly signal: AbortSignal;
  readonly limitMs: number;
  readonly isAllowed: AddressRule;
};

type Film = Uint8Array | 'tooLarge';

const unavailable = (what: string): NemoError =>
  new NemoError('refused', problemOf('backendUnavailable'), { message: `The film ${what}.`, sent: false });

const isPage = (answer: HttpAnswer): boolean =>
  ['text/html', 'application/json'].includes(answer.contentType);

/** Every MP4 of today begins with a box of this type (ISO 14496-12, §4.3). */
const beginsLikeFilm = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(4, 8)).toString('latin1') === 'ftyp';

const isMarkup = (bytes: Uint8Array): boolean =>
  /^\s*[<{[]/u.test(Buffer.from(bytes.subarray(0, 100)).toString('latin1'));

/**
 * What its host calls a video and what is nothing else may be posted as one: older films begin with other boxes, so the host's word
 * counts (nemo-api §15 row 27). Pages, programs, archives and packed bytes are none, whatever their host says.
 */
const isFilm = async (bytes: Uint8Array, answer: HttpAnswer): Promise<boolean> => {
  if (beginsLikeFilm(bytes)) return true;
  if (!answer.contentType.startsWith('video/') || answer.header('content-encoding') !== null) return false;
  const { fileTypeFromBuffer } = await import('file-type');
  const type = await fileTypeFromBuffer(bytes);
  return type === undefined ? bytes.length > 0 && !isMarkup(bytes) : type.mime.startsWith('video/');
};

const readFilm = async (answer: HttpAnswer, { sizeBytesMax }: DownloadCall): Promise<Film> => {
  if (answer.status !== 200 || isPage(answer)) {
    answer.discard();
    throw unavailable(`is not there: status ${answer.status}`);
  }
  const bytes = await readBytes(answer, sizeBytesMax);
  if (bytes === null) return 'tooLarge';
  if (!(await isFilm(bytes, answer))) throw unavailable('is none');
  return bytes;
};

/** Without the bearer: the host of the films is not the backend (nemo-api §8.3). */
const fromAddress = async (http: Http, call: DownloadCall, url: string): Promise<Film> => {
  const { isAllowed, signal, limitMs } = call;
  return readFilm(await fetchForeign(http, { call: 'download', url, isAllowed, signal, limitMs }), call);
};

/** `GET /api/render/proxy/{id}/download`, without `lambda/`: bytes, or JSON that names another address (nemo-api §8.3, §15 row 27). */
const fromBackend = async (api: Api, http: Http, call: DownloadCall): Promise<Film> => {
  const path = `/api/render/proxy/${encodeURIComponent(call.renderId)}/download`;
  const { token, signal, limitMs } = call;
  const headers = { Accept: '*/*' };
  const answer = await api.exchange({
    call: 'download',
    method: 'GET',
    path,
    token,
    signal,
    limitMs,
    headers,
  });
  const moved = redirectOf(answer);
  if (moved !== null) {
    answer.discard();
    return fromAddress(http, call, moved.href);
  }
  if (answer.status === 200 && answer.contentType !== 'application/json') return readFilm(answer, call);
  const body = await readJson(answer, 'download', jsonSizeBytesMax);
  const refusal = refusalOf('download', answer.status, body);
  if (refusal !== null) throw refusal;
  const url = outputUrlOf(body);
  if (url === null) throw unavailable('has no address');
  return fromAddress(http, call, url);
};

/** Rejects with NemoError when neither way gives the film. */
export const downloadFilm = async (api: Api, http: Http, call: DownloadCall): Promise<Film> => {
  try {
    return await fromAddress(http, call, call.url);
  } catch (error) {
    if (!(error instanceof NemoError)) throw error;
    return fromBackend(api, http, call);
  }
};

/** Decides how each file is handed over and what is said of it (nemo-api §5). Knows the ways by name only, no request. */
import { type Problem, problemOf } from '../core/problems.ts';
import { type HandOverFile, type HandOverResult, NemoError } from '../ports/backend.ts';
import type { Log } from '../ports/log.ts';
import { fileSizeBytesMax, sniffsAtOnceMax } from './limits.ts';
import type { PeopleFiles } from './people-files.ts';
import type { Candidate, UploadTarget, UploadWays } from './upload-ways.ts';

export type UploadDependencies = {
  readonly ways: UploadWays;
  readonly files: PeopleFiles;
  readonly log: Log;
};

/** null: handed over. */
type Verdict = Problem | null;

/** Refusals that are about the file or about fetching it; all others are about the account or the session and end the whole call. */
const fileProblems: ReadonlySet<Problem['kind']> = new Set([
  'unsupportedFile',
  'fileTooLarge',
  'fileUnreadable',
  'requestRejected',
  'backendUnavailable',
  'unknown',
]);

/** What became of one way of handing over. An answer decides; a connection that broke says nothing of the file and is thrown. */
const verdictOf = async (work: Promise<unknown>): Promise<Verdict> => {
  try {
    await work;
    return null;
  } catch (error) {
    const isAboutFile =
      error instanceof NemoError && error.kind === 'refused' && fileProblems.has(error.problem.kind);
    if (isAboutFile) return error.problem;
    throw error;
  }
};

const isFinal = ({ kind }: Problem): boolean => kind === 'unsupportedFile' || kind === 'fileTooLarge';

const isConvertible = (candidate: Candidate, verdict: Verdict): boolean =>
  verdict?.kind === 'unsupportedFile' && candidate.kind?.extension === 'heic';

/** Address, then bytes, then another form of the picture, until one is taken or the refusal is final. */
const createSendOne = ({ ways, log }: UploadDependencies) => {
  const convert = async (target: UploadTarget, candidate: Candidate): Promise<Verdict> => {
    try {
      return await verdictOf(ways.converted(target, candidate));
    } catch (error) {
      target.signal.throwIfAborted();
      if (error instanceof NemoError) throw error;
      log.warn({ err: error }, 'a HEIC picture could not be converted');
      return problemOf('unsupportedFile');
    }
  };

  return async (target: UploadTarget, candidate: Candidate): Promise<Verdict> => {
    const byAddress = await verdictOf(
      ways.byAddress(target, [candidate.file]).then((taken) => {
        if (taken.length === 0)
          throw new NemoError('refused', problemOf('fileUnreadable'), {
            message: 'The file was passed over.',
            sent: false,
          });
        return taken;
      }),
    );
    if (isConvertible(candidate, byAddress)) return convert(target, candidate);
    if (byAddress === null || isFinal(byAddress)) return byAddress;
    const asBytes = await verdictOf(ways.asBytes(target, candidate));
    if (isConvertible(candidate, asBytes)) return convert(target, candidate);
    // A backend that fails on the bytes themselves says nothing of the file.
    const isTold = asBytes === null || isFinal(asBytes) || asBytes.kind === 'backendUnavailable';
    return isTold ? asBytes : problemOf('fileUnreadable', asBytes);
  };
};

/** The checks that need no backend: size, and the kind by content. */
const check = async (
  files: PeopleFiles,
  file: HandOverFile,
  signal: AbortSignal,
): Promise<Candidate | Problem> => {
  if (file.sizeBytes > fileSizeBytesMax) return problemOf('fileTooLarge');
  try {
    return { file, kind: await files.kindOf(file, signal) };
  } catch (error) {
    if (!(error instanceof NemoError)) throw error;
    // The host may be out of reach for us alone; the backend fetches for itself.
    return error.kind === 'refused' ? error.problem : { file, kind: null };
  }
};

/** One result per file, in order. Rejects with NemoError when the refusal is not about the files. */
export const createUpload = (dependencies: UploadDependencies) => {
  const { ways, files } = dependencies;
  const sendOne = createSendOne(dependencies);

  const checkAll = async (
    sent: readonly HandOverFile[],
    signal: AbortSignal,
  ): Promise<(Candidate | Problem)[]> => {
    const checked: (Candidate | Problem)[] = [];
    for (let first = 0; first < sent.length; first += sniffsAtOnceMax) {
      const some = sent.slice(first, first + sniffsAtOnceMax);
      checked.push(...(await Promise.all(some.map((file) => check(files, file, signal)))));
    }
    return checked;
  };

  /** One request for all of several; those that it does not settle go one by one, so that each refused file is known. */
  const sendAll = async (
    target: UploadTarget,
    candidates: readonly Candidate[],
    onSettled: (count: number) => void,
  ) => {
    const verdicts = new Map<HandOverFile, Verdict>();
    const sendTogether = async (): Promise<void> => {
      const taken = await ways.byAddress(
        target,
        candidates.map(({ file }) => file),
      );
      for (const file of taken) verdicts.set(file, null);
    };
    if (candidates.length > 1) await verdictOf(sendTogether());
    onSettled(verdicts.size);
    for (const candidate of candidates) {
      if (verdicts.has(candidate.file)) continue;
      verdicts.set(candidate.file, await sendOne(target, candidate));
      onSettled(verdicts.size);
    }
    return verdicts;
  };

  return async (
    target: UploadTarget,
    sent: readonly HandOverFile[],
    onProgress: (doneCount: number) => void = () => undefined,
  ): Promise<readonly HandOverResult[]> => {
    const checked = await checkAll(sent, target.signal);
    const candidates = checked.filter((item): item is Candidate => 'file' in item);
    const refusedCount = checked.length - candidates.length;
    const verdicts = await sendAll(target, candidates, (count) => onProgress(refusedCount + count));
    return checked.map((item, index): HandOverResult => {
      const name = sent[index]?.name ?? '';
      const problem = 'file' in item ? (verdicts.get(item.file) ?? null) : item;
      return problem === null ? { name, accepted: true } : { name, accepted: false, problem };
    });
  };
};

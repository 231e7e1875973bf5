/** What may be sent to Discord: the share of all requests, and what each bucket allows. Pure; it must not know who waits. */
import { type Bucket, bucketAfterRequest } from './bucket.ts';
import { type Share, shareAfterAnswer, shareAfterRequest } from './share.ts';

export type Allowance = {
  readonly share: Share;
  readonly buckets: ReadonlyMap<string, Bucket>;
  /** Least time between two requests of a bucket that only bring more words. */
  readonly wordsIntervalMs: number;
};

type Both = { readonly share: Share; readonly bucket: Bucket };

/** Share and bucket after a request left. */
export const afterRequest = (
  { share, buckets, wordsIntervalMs }: Allowance,
  bucketId: string,
  nowMs: number,
): Both => ({
  share: shareAfterRequest(share, nowMs),
  bucket: bucketAfterRequest(buckets.get(bucketId), wordsIntervalMs, nowMs),
});

/** Share and bucket after a request was answered, or failed. */
export const afterAnswer = (share: Share, bucket: Bucket, nowMs: number): Both => ({
  share: shareAfterAnswer(share, bucket.lastSentAtMs, nowMs),
  bucket: { ...bucket, isBusy: false },
});

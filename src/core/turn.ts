/** One turn from the first word to its outcome, without I/O and without a clock: time arrives inside the events. Pure. */
import type { Problem } from './problems.ts';

/** What the backend's stream says, whatever its wire shape (nemo-api §4.1, sse-wire). Made by src/nemo/wire. */
export type BackendEvent =
  /** `partial`: a delta that grows the segment; otherwise the whole text of a segment, which replaces what was growing. */
  | { readonly type: 'text'; readonly author: string; readonly text: string; readonly isPartial: boolean }
  /** A tool started; previews (`partial: true`) are left out. */
  | { readonly type: 'toolCall'; readonly id: string; readonly name: string }
  | { readonly type: 'toolResult'; readonly id: string; readonly name: string; readonly isFailed: boolean }
  /** The run waits for an answer of the person (`adk_request_confirmation` and its kin); `text` is what it asks, if it says so. */
  | { readonly type: 'question'; readonly id: string; readonly text: string | null }
  /** A sign of life without substance. */
  | { readonly type: 'heartbeat' }
  /** An error inside the stream. `isFinal`: nothing follows (an `{"error"}` frame); otherwise the run may go on (errorCode). */
  | { readonly type: 'error'; readonly problem: Problem; readonly detail: string | null; readonly isFinal: boolean };

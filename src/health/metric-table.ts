/** Every metric of ours: name, meaning, labels, buckets. Names follow Prometheus' conventions: base units, `_total` for counters. Data only. */

type Spec = {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /**
   * Labels, and their values as far as they are known beforehand: counters begin at 0 under those, so that Prometheus sees the first
   * one as a change.
   */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** Upper bounds of a histogram, in the unit of its name. */
  readonly buckets?: readonly number[];
};

/** A call: a millisecond to half a minute. */
const callSeconds = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Work that people wait for: a second to half an hour. */
const workSeconds = [1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800];

export const metricTable = {
  makevideo_turns_total: {
    kind: 'counter',
    help: 'Turns that settled, by outcome.',
    labels: { outcome: ['answered', 'edited', 'unchanged', 'failed', 'cancelled'] },
  },
  makevideo_turn_problems_total: {
    kind: 'counter',
    help: 'Turns that ended with a problem which the person was told, by kind.',
    labels: { problem: ['operatorTokenRefused', 'operatorOutOfCredits', 'accountLimit'] },
  },
  makevideo_turn_seconds: {
    kind: 'histogram',
    help: 'From the acceptance of a turn to its outcome.',
    labels: { outcome: [] },
    buckets: workSeconds,
  },
  makevideo_turn_phase_seconds: {
    kind: 'histogram',
    help: 'Time that a turn spent in one phase.',
    labels: { phase: [] },
    buckets: workSeconds,
  },
  makevideo_reconciles_total: {
    kind: 'counter',
    help: 'Turns whose state at the backend had to be looked at after the stream, by reason.',
    labels: { reason: ['answered', 'silent', 'dropped', 'stalled', 'timeLimit', 'restarted'] },
  },
  makevideo_stream_silence_seconds: {
    kind: 'histogram',
    help: 'Longest time between two signs of life in one answer of the backend.',
    labels: {},
    buckets: workSeconds,
  },
  makevideo_renders_total: {
    kind: 'counter',
    help: 'Renders that ended, by outcome.',
    labels: { outcome: ['delivered', 'failed', 'cancelled'] },
  },
  makevideo_render_seconds: {
    kind: 'histogram',
    help: 'From the preparation of a render to its end.',
    labels: { outcome: [] },
    buckets: workSeconds,
  },
  makevideo_deliveries_total: {
    kind: 'counter',
    help: 'Finished videos posted, as a file or as a link alone.',
    labels: { form: ['file', 'link'] },
  },
  makevideo_duplicates_avoided_total: {
    kind: 'counter',
    help: 'Requests, instructions and messages that came or would have gone out twice, and did not.',
    labels: { what: ['request', 'message', 'instruction'] },
  },
  makevideo_chat_call_seconds: {
    kind: 'histogram',
    help: 'Calls to the chat platform, waiting for its limits included.',
    labels: { call: [], result: [] },
    buckets: callSeconds,
  },
  makevideo_views_replaced_total: {
    kind: 'counter',
    help: 'Views that a newer one replaced before they were written (coalesced edits).',
    labels: {},
  },
  makevideo_discord_rate_limited_total: {
    kind: 'counter',
    help: "Discord's answers 429, by scope.",
    labels: { scope: ['user', 'global', 'shared'] },
  },
  makevideo_discord_invalid_requests: {
    kind: 'gauge',
    help: "Discord's answers 401, 403 and 429 in the running ten minutes; at 10,000 it bans the address.",
    labels: {},
  },
  makevideo_discord_shard_ready: {
    kind: 'gauge',
    help: '1 while a gateway shard is connected and ready.',
    labels: { shard: [] },
  },
  makevideo_discord_heartbeat_age_seconds: {
    kind: 'gauge',
    help: 'Since the gateway last acknowledged a heartbeat of this shard.',
    labels: { shard: [] },
  },
  makevideo_discord_guilds: {
    kind: 'gauge',
    help: 'Servers that this process serves.',
    labels: {},
  },
  makevideo_backend_call_seconds: {
    kind: 'histogram',
    help: 'Calls to NemoVideo up to their answer; for a stream, up to its acceptance.',
    labels: { call: [], result: [] },
    buckets: [...callSeconds, 60, 120],
  },
  makevideo_lane_entries: {
    kind: 'gauge',
    help: 'Lane entries that this process knows to be waiting or running.',
    labels: { state: ['waiting', 'running'] },
  },
  makevideo_lane_oldest_runnable_seconds: {
    kind: 'gauge',
    help: 'Age of the oldest entry that could run and does not.',
    labels: {},
  },
  makevideo_lane_wait_seconds: {
    kind: 'histogram',
    help: 'From the moment an entry was added to its beginning.',
    labels: { kind: [] },
    buckets: [...callSeconds, 60, 300, 900],
  },
  makevideo_store_seconds: {
    kind: 'histogram',
    help: 'Reading, writing or deleting one record.',
    labels: { operation: [] },
    buckets: callSeconds,
  },
  makevideo_store_failures_total: {
    kind: 'counter',
    help: 'Store operations that failed, by kind.',
    labels: { kind: ['full', 'readOnly', 'corrupt', 'locked', 'newer', 'unavailable'] },
  },
} as const satisfies Readonly<Record<string, Spec>>;

type Table = typeof metricTable;

/** Names of one kind. */
export type MetricName<Kind extends Spec['kind']> = {
  [Name in keyof Table]: Table[Name]['kind'] extends Kind ? Name : never;
}[keyof Table];

/** Exactly the labels that the table names. */
export type LabelsOf<Name extends keyof Table> = Readonly<Record<keyof Table[Name]['labels'], string>>;

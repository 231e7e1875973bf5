/** What went over the wire, for those who assert on it. It must not know what any of it means. */
import type { DispatchRecord, RequestRecord, TrafficLog } from './contract.ts';
import type { MessageStore } from './message-store.ts';

export interface LogKeeper {
  log: TrafficLog;
  request(record: RequestRecord): void;
  /** Counts the answer; `scope` is that of a 429. */
  answered(record: RequestRecord, scope: 'user' | 'global' | 'shared' | null): void;
  dispatch(record: DispatchRecord): void;
}

export function createLog({
  messages,
  entriesMax,
}: {
  messages: MessageStore;
  entriesMax: number;
}): LogKeeper {
  const requests: RequestRecord[] = [];
  const dispatches: DispatchRecord[] = [];
  const counts = { invalid: 0, perRoute: 0, global: 0 };
  const keep = <Entry>(list: Entry[], entry: Entry) => {
    list.push(entry);
    // In batches: shifting one by one would cost a copy of the list each time.
    if (list.length > entriesMax * 1.1) list.splice(0, list.length - entriesMax);
  };
  return {
    log: {
      requests: (filter = {}) =>
        requests.filter(
          ({ method, path }) =>
            (filter.method === undefined || filter.method === method) &&
            (filter.route === undefined || filter.route.test(path)),
        ),
      dispatches: (event) => dispatches.filter((one) => event === undefined || one.event === event),
      messages: (channelId) => messages.history(channelId),
      invalidRequests: () => counts.invalid,
      rateLimited: () => ({ perRoute: counts.perRoute, global: counts.global }),
      clear() {
        requests.length = 0;
        dispatches.length = 0;
        Object.assign(counts, { invalid: 0, perRoute: 0, global: 0 });
      },
    },
    request: (record) => keep(requests, record),
    answered(record, scope) {
      if (record.status === 429) counts[scope === 'global' ? 'global' : 'perRoute'] += 1;
      const isInvalid = record.status === 401 || record.status === 403 || record.status === 429;
      if (isInvalid && scope !== 'shared') counts.invalid += 1;
    },
    dispatch: (record) => keep(dispatches, record),
  };
}

/** Frames of an event stream as ADK writes them, for the benches that need many. It must not know who reads them. */

/** With everything around the words that a real event brings along (sse-wire, "Event JSON"). */
const frameOf = (content: object, others: object = {}): string => {
  const event = {
    invocationId: 'e-ac644411-ccb5-44dc-9667-0867ed0ccbd2',
    author: 'nemo_agent',
    id: crypto.randomUUID().slice(0, 8),
    actions: { stateDelta: {}, artifactDelta: {}, requestedAuthConfigs: {}, requestedToolConfirmations: {} },
    longRunningToolIds: [],
    timestamp: Date.now(),
    content,
    ...others,
  };
  return `data: ${JSON.stringify(event)}\n\n`;
};

export const wordsFrame = (text: string, isPartial: boolean): string =>
  frameOf({ role: 'model', parts: [{ text }] }, { partial: isPartial });

export const callFrame = (id: string, name: string): string =>
  frameOf({ role: 'model', parts: [{ functionCall: { id, name, args: { tracks: 3 } } }] });

export const resultFrame = (id: string, name: string): string =>
  frameOf({ role: 'user', parts: [{ functionResponse: { id, name, response: { status: 'ok' } } }] });

export const heartbeatFrame = ': heartbeat\n\n';

/** How the bot's process is doing, as plain data. Types only. */

/** `died` means that it ended although nobody on this side asked for it. */
export type BotPhase = 'stopped' | 'running' | 'stopping' | 'died';

export type BotProcessState = {
  phase: BotPhase;
  processId: number | null;
  startedAtMs: number | null;
  endedAtMs: number | null;
  exitCode: number | null;
  signal: string | null;
  /** The last lines of its output, oldest first. */
  output: readonly string[];
};

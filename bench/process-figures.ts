/** What the kernel says about a process (Linux). It must not know which. */
import { readFile } from 'node:fs/promises';

const ticksPerSecond = 100;

export type ProcessFigures = { readonly cpuMs: number; readonly rssKb: number; readonly peakRssKb: number };

/** Rejects when there is no such process. */
export const processFigures = async (processId: number): Promise<ProcessFigures> => {
  const stat = await readFile(`/proc/${processId}/stat`, 'utf8');
  const status = await readFile(`/proc/${processId}/status`, 'utf8');
  // The name of the program may hold spaces; what follows its bracket does not (man proc_pid_stat).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'mu').exec(status)?.[1]);
  return {
    cpuMs: (ticks * 1000) / ticksPerSecond,
    rssKb: kilobytes('VmRSS'),
    peakRssKb: kilobytes('VmHWM'),
  };
};

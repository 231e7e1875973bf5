/** The world of a measurement as a child process: orders go in, reports come out. It must not know what is measured. */
import { type ChildProcess, fork } from 'node:child_process';
import type { Order, Report } from '../relay-world.ts';

type Told<T extends Report['told']> = Extract<Report, { told: T }>;

const isTold = <T extends Report['told']>(report: Report, told: T): report is Told<T> => report.told === told;

/** Starts it. `ask` rejects when it ends before it reports. */
export const createWorld = () => {
  const child: ChildProcess = fork(new URL('../relay-world.ts', import.meta.url), { stdio: 'inherit' });
  const failed = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`The world ended with ${code}.`)));
  });
  failed.catch(() => undefined);
  const ask = <T extends Report['told']>(order: Order, told: T): Promise<Told<T>> => {
    const report = new Promise<Told<T>>((resolve) => {
      child.on('message', (message: Report) => {
        if (isTold(message, told)) resolve(message);
      });
    });
    child.send(order);
    return Promise.race([report, failed]);
  };
  return { ask, end: () => child.disconnect() };
};

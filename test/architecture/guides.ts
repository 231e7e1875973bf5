/** What the written guides promise, read out of their text: paths, links, npm scripts, and words that no file may hold. Knows no disk. */
import { posix } from 'node:path';

const houses = /(?<![\w./:@-])(?:src|test|playground|bench|docs|\.ci|\.github)\/[\w./-]*/gu;

const withoutAddresses = (text: string): string => text.replaceAll(/https?:\/\/[^\s)>"'`]+/gu, '');

/** Paths of this repository that a guide names, from the root, without a trailing dot or slash. `NNNN` marks a pattern, not a file. */
export const pathsIn = (text: string): string[] =>
  [...withoutAddresses(text).matchAll(houses)]
    .map(([path]) => path.replace(/[./]+$/u, ''))
    .filter((path) => !path.includes('NNNN'));

/** Targets of relative Markdown links, from the root, without their anchors. */
export const linksIn = (guide: string, text: string): string[] =>
  [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)(?:#[^)]*)?\)/gu)]
    .map((match) => posix.join(posix.dirname(guide), match[1] ?? ''))
    .map((path) => path.replace(/\/$/u, ''));

/** Scripts that a guide tells people to run. */
export const scriptsIn = (text: string): string[] => [
  ...[...text.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/gu)].flatMap((match) => match[1] ?? []),
  ...[...text.matchAll(/\bnpm (test|start)\b/gu)].flatMap((match) => match[1] ?? []),
];

const forbidden: readonly { readonly pattern: RegExp; readonly because: string }[] = [
  {
    pattern: /\bregistry[.][\w-]+[.]|\bnpmjs[.]org|\bpypi[.]org/u,
    because: 'the host of a package registry',
  },
  { pattern: /"resolved"[:]/u, because: 'a lock file entry with a host' },
  { pattern: /(?<![\w.~*-])[/](?:work|root|home|tmp|Users)[/]\w/u, because: "a path of somebody's machine" },
];

/** Why a file of this repository may not read like this; empty when it may. */
export const forbiddenIn = (text: string): string[] =>
  forbidden.flatMap(({ pattern, because }) => {
    const found = pattern.exec(text);
    return found === null ? [] : [`${because}: ${found[0]}`];
  });

/** The files of this repository as the shape tests see them. Knows the disk and .gitignore; no rule. */
import { readdirSync, readFileSync } from 'node:fs';
import { matchesGlob } from 'node:path';

const root = new URL('../../', import.meta.url);

const ignored = ['.git', ...readFileSync(new URL('.gitignore', root), 'utf8').split('\n')]
  .map((line) => line.trim().replace(/\/$/u, ''))
  .filter((line) => line !== '');

const isIgnored = (name: string): boolean => ignored.some((pattern) => matchesGlob(name, pattern));

const filesBelow = (folder: string): string[] =>
  readdirSync(new URL(folder, root), { withFileTypes: true })
    .filter((entry) => !isIgnored(entry.name))
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(`${folder}${entry.name}/`) : [`${folder}${entry.name}`],
    );

/** Paths from the repository's root, with forward slashes, without what .gitignore leaves out. */
export const repositoryFiles: readonly string[] = filesBelow('');

export const readRepositoryFile = (path: string): string => readFileSync(new URL(path, root), 'utf8');

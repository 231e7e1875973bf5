/** The files of this repository as the shape tests see them. Knows git, the disk and .gitignore; no rule. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { matchesGlob } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);

export const readRepositoryFile = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** Also true for folders. */
export const isInRepository = (path: string): boolean => existsSync(new URL(path, root));

/** What git tracks: scratch files beside it are nobody's business. */
const trackedFiles = (): string[] =>
  execFileSync('git', ['ls-files', '-z'], {
    cwd: fileURLToPath(root),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .split('\0')
    .filter((path) => path !== '' && isInRepository(path));

/** Everything below a folder that .gitignore does not leave out, in a copy without git. */
const filesBelow = (folder: string, ignored: readonly string[]): string[] =>
  readdirSync(new URL(folder, root), { withFileTypes: true })
    .filter((entry) => !ignored.some((pattern) => matchesGlob(entry.name, pattern)))
    .flatMap((entry) => {
      const path = `${folder}${entry.name}`;
      return entry.isDirectory() ? filesBelow(`${path}/`, ignored) : [path];
    });

const ignoredNames = (): string[] =>
  ['.git', ...readRepositoryFile('.gitignore').split('\n')]
    .map((line) => line.trim().replace(/\/$/u, ''))
    .filter((line) => line !== '');

/** Paths from the repository's root, with forward slashes. */
export const listRepositoryFiles = (): readonly string[] => {
  try {
    return trackedFiles();
  } catch {
    // No git, or a downloaded archive without its history: the disk is all there is to go by.
    return filesBelow('', ignoredNames());
  }
};

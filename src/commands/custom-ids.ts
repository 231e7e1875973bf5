/** How custom ids are read: `name:` and then arguments, separated by colons. They come from outside, so an argument may be anything. */

type Called<T> = { readonly command: T; readonly args: readonly string[] };

/** Whom a custom id calls, and with what; null when nobody has this name. */
export const calledBy = <T extends { readonly name: string }>(
  customId: string,
  candidates: readonly T[],
): Called<T> | null => {
  const [name, ...args] = customId.split(':');
  const command = candidates.find((candidate) => candidate.name === name);
  return command === undefined ? null : { command, args };
};

/** A moment in epoch ms; 0 for what is none. */
export const momentOf = (arg: string | undefined): number =>
  /^\d{1,15}$/u.test(arg ?? '') ? Number(arg) : 0;

/** Which addresses in a message are films that Discord would play. Pure. */

const filmsMax = 5;

/** Addresses of films in a text. Those in angle brackets or behind words of their own are not unfolded. */
export function filmAddresses(source: string): string[] {
  const found = source.matchAll(
    /(?<![<(])https?:\/\/[^\s<>?#]+?\.(?:mp4|webm|mov)(?:[?#][^\s<>]*)?(?=\s|$)/gu,
  );
  return [...new Set([...found].map(([address]) => address))].slice(0, filmsMax);
}

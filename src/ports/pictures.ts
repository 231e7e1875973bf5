/** Drawings that become files. Implemented by src/pictures. */

export type Pictures = {
  /** An SVG document as a PNG. A picture is nice to have: null, and a line in the log, when it cannot be drawn or not soon. Never rejects. */
  draw(svg: string): Promise<Uint8Array | null>;
};

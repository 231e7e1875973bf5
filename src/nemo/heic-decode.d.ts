/** The part of heic-decode 2.1 that we use; the package brings no types. */
declare module 'heic-decode' {
  type Image = {
    readonly width: number;
    readonly height: number;
    decode(): Promise<{ readonly width: number; readonly height: number; readonly data: Uint8ClampedArray }>;
  };

  const decodeHeic: {
    /** Reads the container; pictures are decoded one by one. `dispose` frees the decoder's memory. */
    all(input: { readonly buffer: Uint8Array }): Promise<readonly Image[] & { dispose(): void }>;
  };

  export = decodeHeic;
}

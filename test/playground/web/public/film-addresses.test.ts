/** Which addresses in a message become players. */
import { describe, expect, it } from 'vitest';
import { filmAddresses } from '../../../../playground/web/public/film-addresses.ts';

describe('the address of a film', () => {
  it.each([
    ['too large:\nhttp://127.0.0.1:1/cdn/film.mp4?sig=1', ['http://127.0.0.1:1/cdn/film.mp4?sig=1']],
    [
      'https://a.example/one.webm and https://a.example/two.mov',
      ['https://a.example/one.webm', 'https://a.example/two.mov'],
    ],
    ['https://a.example/one.mp4 https://a.example/one.mp4', ['https://a.example/one.mp4']],
  ])('is unfolded: %s', (source, addresses) => {
    expect(filmAddresses(source)).toEqual(addresses);
  });

  it.each([
    'https://a.example/page?film=one.mp4',
    '<https://a.example/one.mp4>',
    '[Download](https://a.example/one.mp4)',
    'https://a.example/one.mp4x',
    'film.mp4',
  ])('is left alone: %s', (source) => {
    expect(filmAddresses(source)).toEqual([]);
  });
});

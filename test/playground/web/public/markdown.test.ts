import { describe, expect, test } from 'vitest';
import { createMarkdown } from '../../../../playground/web/public/markdown.ts';

const render = createMarkdown({
  user: (id) => (id === '1' ? 'Maya & <Co>' : null),
  role: (id) => (id === '2' ? 'Moderator' : null),
  channel: (id) => (id === '3' ? 'general' : null),
});
const html = (source: string): string => render(source).trim();

describe('words', () => {
  test.each([
    ['**bold** *italic* _italic_', '<p><strong>bold</strong> <em>italic</em> <em>italic</em></p>'],
    ['__under__ ~~gone~~ `a<b`', '<p><u>under</u> <del>gone</del> <code>a&lt;b</code></p>'],
    ['one\ntwo', '<p>one<br>two</p>'],
    ['||a **b**||', '<p><span class="spoiler" role="button" tabindex="0">a <strong>b</strong></span></p>'],
    [
      '<@1> <@!9> <@&2> <#3>',
      '<p><span class="mention">@Maya &amp; &lt;Co&gt;</span> <span class="mention">@9</span> <span class="mention">@Moderator</span> <a class="mention" href="#/3">#general</a></p>',
    ],
    ['</nemo credits:77>', '<p><span class="mention">/nemo credits</span></p>'],
    ['<t:1700000000:R>', '<p><time data-seconds="1700000000" data-style="R">1700000000</time></p>'],
    ['<t:1700000000>', '<p><time data-seconds="1700000000" data-style="f">1700000000</time></p>'],
  ])('draws %j', (source, expected) => {
    expect(html(source)).toBe(expected);
  });
});

describe('blocks', () => {
  test.each([
    ['-# small **print**\nplain', '<p class="subtext">small <strong>print</strong></p><p>plain</p>'],
    ['> one\n> two\nafter', '<blockquote><p>one<br>two</p>\n</blockquote><p>after</p>'],
    ['before\n> one', '<p>before</p>\n<blockquote><p>one</p>\n</blockquote>'],
    ['>>> all\nthe rest', '<blockquote><p>all<br>the rest</p>\n</blockquote>'],
    ['## Head', '<h2>Head</h2>'],
    ['#### no head', '<p>#### no head</p>'],
    ['- a\n- b', '<ul>\n<li>a</li>\n<li>b</li>\n</ul>'],
    ['1. Video: x\n2. BGM: y', '<ol>\n<li>Video: x</li>\n<li>BGM: y</li>\n</ol>'],
    ['1. a\n2. b\n-# done', '<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n<p class="subtext">done</p>'],
    ['- a\n  - b\nafter', '<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>\n<p>after</p>'],
    ['```\n<b>\n```', '<pre><code>&lt;b&gt;\n</code></pre>'],
    ['a\n---\nb', '<p>a<br>---<br>b</p>'],
    ['    indented', '<p>    indented</p>'],
    ['|a|b|\n|-|-|\n|1|2|', '<p>|a|b|<br>|-|-|<br>|1|2|</p>'],
  ])('draws %j', (source, expected) => {
    expect(html(source)).toBe(expected);
  });
});

describe('what could harm', () => {
  test('shows HTML as words', () => {
    expect(html('<img src=x onerror=alert(1)> <script>x</script>')).toBe(
      '<p>&lt;img src=x onerror=alert(1)&gt; &lt;script&gt;x&lt;/script&gt;</p>',
    );
  });

  test('makes links of http addresses alone', () => {
    expect(html('[a](javascript:alert(1)) [b](https://example.test/x)')).toBe(
      '<p>a <a href="https://example.test/x" target="_blank" rel="noopener noreferrer">b</a></p>',
    );
    expect(html('https://example.test/?a=1&b=2 and me@example.test')).toBe(
      '<p><a href="https://example.test/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">https://example.test/?a=1&amp;b=2</a> and me@example.test</p>',
    );
  });

  test('does not load pictures from elsewhere', () => {
    expect(html('![x](https://example.test/x.png)')).not.toContain('<img');
  });
});

/** docs/configuration.md is made from config.ts. After a change of a setting: `npx vitest run test/ship -u` writes it anew. */
import { expect, it } from 'vitest';
import { configDefaults, configMeanings, configVariableNames } from '../../src/config.ts';

const row = (name: string): string => {
  const standard = configDefaults[name];
  return `| \`${name}\` |${standard === undefined ? ' ' : ` \`${standard}\` `}| ${configMeanings[name]} |`;
};

const guide = `# Configuration

<!-- Made from src/config.ts by test/ship/configuration.test.ts; changes belong there. -->

Makevideo is set up through environment variables and nothing else. \`npm start\` also reads a file \`.env\` if there is
one; \`.env.example\` is the same list as below, ready to copy.

- An empty value counts as not set.
- Missing or wrong values stop the bot before it does anything: exit code 78, every problem in one message with what to
  do about it, and never the value itself, so that a secret in the wrong place stays a secret.
- The names are a contract: the playground and the tests start the real bot through them and through nothing else.
- \`npm run doctor\` tries them: token, intents, permissions, store, backend, clock.

| variable | default | meaning |
| --- | --- | --- |
${configVariableNames.map(row).join('\n')}

All times are whole milliseconds, at most a day. The defaults are the times that NemoVideo's own instructions ask for;
shorter ones are for tests and the playground.
`;

it('tells every setting of the code, its default and its meaning', async () => {
  await expect(guide).toMatchFileSnapshot('../../docs/configuration.md');
});

it('leaves no setting without a meaning', () => {
  expect(configVariableNames.filter((name) => (configMeanings[name] ?? '') === '')).toEqual([]);
});

/** The PostgreSQL of the test run. */
import { expect, it } from 'vitest';
import { dropDatabase, freshDatabase, query } from './fresh-database.ts';

it('PostgreSQL is there, and gives everybody a database of their own', async () => {
  const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
  await query(one, 'CREATE TABLE mine (id int)');
  await expect(query(other, 'SELECT * FROM mine')).rejects.toThrow('mine');
  expect(await query(one, 'SELECT count(*)::int AS count FROM mine')).toEqual([{ count: 0 }]);
  await Promise.all([one, other].map(dropDatabase));
});

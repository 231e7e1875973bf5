/** Empty databases on the PostgreSQL of this run. */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

/** The address of the server's first database. Rejects with what the server said when it does not run. */
export const postgresUrl = async (): Promise<string> => {
  const response = await fetch(inject('postgresDoor'));
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
};

/** One statement on a connection of its own. */
export const query = async (
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql, [...values]);
    return rows;
  } finally {
    await client.end();
  }
};

/** A database of its own for whoever asks. It goes with the server; `dropDatabase` is for servers that stay. */
export const freshDatabase = async (): Promise<string> => {
  const server = await postgresUrl();
  const name = `makevideo_${randomUUID().replaceAll('-', '')}`;
  await query(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
};

export const dropDatabase = async (url: string): Promise<void> => {
  const name = new URL(url).pathname.slice(1);
  await query(await postgresUrl(), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
};

// Makes and raises the schema of the PostgreSQL store, and opens it for one more tenant. Done by the owner of the database, never by the collector.
import type pg from "pg";
import { Failure } from "#base/failure.ts";
import { POSTGRES_MAJOR_MIN, POSTGRES_MIGRATIONS } from "#record/fleet/postgres-schema.ts";
import { inTransaction } from "./postgres-connection.ts";

/** Names of tenants: they become part of a role's name. */
const TENANT_NAME = /^[a-z][a-z0-9_]{0,39}$/;

/** Whether a text can be the name of a tenant. */
export function isTenantName(text: string): boolean {
  return TENANT_NAME.test(text);
}

/** Why it cannot. */
export function noTenantName(): Failure {
  return new Failure(
    "usage",
    "the name of a tenant is of lower case letters, digits and `_`, 40 at most, and begins with a letter",
  );
}

/** Takes the steps that are missing, each whole or not at all, and says which those were. */
export async function migrate(pool: pg.Pool): Promise<readonly number[]> {
  const version = Number(
    (await pool.query<{ n: string }>("SELECT current_setting('server_version_num') AS n")).rows[0]
      ?.n,
  );
  if (!(version >= POSTGRES_MAJOR_MIN * 10_000))
    throw new Failure(
      "fleet-setup",
      `PostgreSQL ${POSTGRES_MAJOR_MIN} or newer is needed: before it views ask with their owner's rights, and tenants would see each other`,
    );
  const done: number[] = [];
  for (const { number, about, sql } of POSTGRES_MIGRATIONS) {
    const isNew = await inTransaction(pool, async (client) => {
      await client.query("SELECT pg_advisory_xact_lock(7382000)");
      await client.query("CREATE SCHEMA IF NOT EXISTS sallyport");
      await client.query(
        "CREATE TABLE IF NOT EXISTS sallyport.migration (number integer PRIMARY KEY, about text NOT NULL, at timestamptz NOT NULL DEFAULT now())",
      );
      const { rowCount } = await client.query("SELECT FROM sallyport.migration WHERE number = $1", [
        number,
      ]);
      if (rowCount !== 0) return false;
      await client.query(sql);
      await client.query("INSERT INTO sallyport.migration (number, about) VALUES ($1, $2)", [
        number,
        about,
      ]);
      return true;
    });
    if (isNew) done.push(number);
  }
  return done;
}

/** Opens the store for a tenant, with a role that reads it and cannot log in until its operator gives it a way. */
export async function addTenant(pool: pg.Pool, name: string): Promise<string> {
  if (!isTenantName(name)) throw noTenantName();
  const reader = `sallyport_reader_${name}`;
  await inTransaction(pool, async (client) => {
    await client.query(
      "INSERT INTO sallyport.tenant (name, reader) VALUES ($1, $2) ON CONFLICT DO NOTHING",
      [name, reader],
    );
    // INVARIANT: a tenant's name is letters, digits and `_` alone, so that the role's name needs no quoting.
    const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [reader]);
    if (rowCount === 0) await client.query(`CREATE ROLE ${reader} NOLOGIN`);
    await client.query(`GRANT sallyport_reader TO ${reader}`);
    await client.query(`ALTER ROLE ${reader} SET search_path = sallyport`);
    await client.query(`ALTER ROLE ${reader} SET default_transaction_read_only = on`);
    await client.query(`ALTER ROLE ${reader} SET statement_timeout = '60s'`);
  });
  return reader;
}

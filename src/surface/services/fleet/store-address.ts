// A database's address with its login: read from a private file, never from a command line that others can see.
import { resolve } from "node:path";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";
import { type Clickhouse, openClickhouse } from "./clickhouse-connection.ts";
import type { ClickhouseHosts } from "./clickhouse-host-reading.ts";
import { databaseOf } from "./clickhouse-store.ts";
import { isTenantName } from "./postgres-setup.ts";

/** The address in a private file. Throws a Failure `usage` without one. */
export function readStoreAddress(file: string, whose: string): string {
  const url = readPrivateFile(resolve(file), { secret: true })?.trim();
  if (url !== undefined) return url;
  throw new Failure("usage", `there is no file \`${printable(file)}\` with the ${whose}'s address`);
}

/** The server of an address that is ClickHouse's, with the login that stands in it; undefined for any other. */
export function clickhouseAt(address: string, ca: string | undefined): Clickhouse | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  return openClickhouse({
    url: url.origin,
    ...(user === "" ? {} : { user, password }),
    ...(ca === undefined ? {} : { ca }),
  });
}

/** Where the machines of a tenant are read: PostgreSQL, which a reader's role shows one tenant, or ClickHouse, whose address names it. */
export function clickhouseHostsAt(address: string): ClickhouseHosts | undefined {
  const server = clickhouseAt(address, undefined);
  if (server === undefined) return undefined;
  const tenant = new URL(address).pathname.slice(1);
  if (isTenantName(tenant)) return { server, database: databaseOf(tenant) };
  throw new Failure(
    "usage",
    "a reader's address of ClickHouse ends with the tenant: https://READER:PASSWORD@HOST:8443/TENANT",
  );
}

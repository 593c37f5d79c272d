// The settings of a collector: one file with where it listens, its certificate, its store, and what tenants may send.
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { readPrivateFile } from "../daemon/private-file.ts";
import type { PostgresPlace } from "./postgres-connection.ts";

const EVENTS_PER_MINUTE = 600_000;

const file = v.pipe(v.string(), v.minLength(1), v.maxLength(4_096));
const rate = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e9));
const Schema = v.strictObject({
  listen: v.optional(
    v.strictObject({
      host: v.optional(v.pipe(v.string(), v.maxLength(255)), "127.0.0.1"),
      port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)), 8_480),
    }),
    {},
  ),
  tls: v.strictObject({ cert: file, key: file, clientCa: file }),
  postgres: v.strictObject({
    url: v.pipe(v.string(), v.maxLength(2_048)),
    ca: v.optional(file),
  }),
  eventsPerMinute: v.optional(rate, EVENTS_PER_MINUTE),
  tenants: v.optional(v.record(v.string(), v.strictObject({ eventsPerMinute: rate })), {}),
});

export type CollectorSettings = {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  readonly postgres: PostgresPlace;
  readonly eventsPerMinute: (tenant: string) => number;
};

/** Reads them; paths in the file are beside it. Throws a Failure `usage` with what is wrong. */
export async function readCollectorSettings(path: string): Promise<CollectorSettings> {
  const text = readPrivateFile(resolve(path), { secret: true });
  if (text === undefined)
    throw new Failure(
      "usage",
      `there is no file \`${printable(path)}\`: write the settings of the collector there`,
    );
  const parsed = v.safeParse(Schema, parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Failure(
      "usage",
      `\`${printable(path)}\` is not the settings of a collector: ${printable(v.getDotPath(issue) ?? "the file")}: ${printable(issue.message)}`,
    );
  }
  const { listen, tls, postgres, eventsPerMinute, tenants } = parsed.output;
  const at = (name: string): string => resolve(dirname(path), name);
  const readAt = (name: string): Promise<string> => readPem(at(name));
  return {
    host: listen.host ?? "127.0.0.1",
    port: listen.port ?? 8_480,
    tls: {
      cert: await readAt(tls.cert),
      key: await readAt(tls.key),
      ca: await readAt(tls.clientCa),
    },
    postgres: {
      url: postgres.url,
      ...(postgres.ca === undefined ? {} : { ca: await readAt(postgres.ca) }),
    },
    eventsPerMinute: (tenant) =>
      (Object.hasOwn(tenants, tenant) ? tenants[tenant]?.eventsPerMinute : undefined) ??
      eventsPerMinute,
  };
}

/** The text of a file in PEM. */
export async function readPem(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: unknown) => {
    throw new Failure("usage", `cannot read \`${printable(path)}\`: name a PEM file`, { cause });
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

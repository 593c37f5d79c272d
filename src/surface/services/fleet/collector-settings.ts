// The settings of a collector: one file with where it listens, its certificate, its store, and what tenants may send.
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { readJson } from "#base/json.ts";
import { printable } from "#base/printable.ts";
import { HOST_DAYS_MIN } from "#record/fleet/postgres-schema.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";
import type { ClickhousePlace } from "./clickhouse-connection.ts";
import type { NatsPlace } from "./nats-connection.ts";
import type { PostgresPlace } from "./postgres-connection.ts";

const EVENTS_PER_MINUTE = 600_000;

const file = v.pipe(v.string(), v.minLength(1), v.maxLength(4_096));
const address = v.pipe(v.string(), v.maxLength(2_048));
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
  postgres: v.optional(v.strictObject({ url: address, ca: v.optional(file) })),
  clickhouse: v.optional(
    v.strictObject({
      url: address,
      ca: v.optional(file),
      user: v.optional(address),
      password: v.optional(address),
    }),
  ),
  nats: v.optional(
    v.strictObject({
      servers: v.pipe(v.array(address), v.minLength(1), v.maxLength(16)),
      user: v.optional(address),
      password: v.optional(address),
      ca: v.optional(file),
      cert: v.optional(file),
      key: v.optional(file),
      shards: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(256)), 4),
      replicas: v.optional(v.picklist([1, 3, 5]), 3),
      bytesMax: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 64 * 1024 ** 3),
    }),
  ),
  fleet: v.optional(file),
  keepDays: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(HOST_DAYS_MIN), v.maxValue(3_660)),
  ),
  eventsPerMinute: v.optional(rate, EVENTS_PER_MINUTE),
  tenants: v.optional(v.record(v.string(), v.strictObject({ eventsPerMinute: rate })), {}),
});

/** Where batches end up. */
export type StorePlace =
  | { readonly kind: "postgres"; readonly place: PostgresPlace }
  | { readonly kind: "clickhouse"; readonly place: ClickhousePlace };

/** A cluster of NATS, and how its stream is made. */
export type StreamPlace = {
  readonly place: NatsPlace;
  readonly shards: number;
  readonly replicas: number;
  readonly bytesMax: number;
};

export type CollectorSettings = {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  readonly store: StorePlace;
  /** The stream in front of the store; undefined while batches go straight into it. */
  readonly stream: StreamPlace | undefined;
  /** The folder of machines' reports; without one they go into the store. */
  readonly fleet: string | undefined;
  /** How long machines' days are kept; undefined for as long as the shipped period says. */
  readonly keepDays: number | undefined;
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
  const parsed = v.safeParse(Schema, readJson(text));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Failure(
      "usage",
      `\`${printable(path)}\` is not the settings of a collector: ${printable(v.getDotPath(issue) ?? "the file")}: ${printable(issue.message)}`,
    );
  }
  const { listen, tls, eventsPerMinute, tenants } = parsed.output;
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
    store: await storePlace(parsed.output, path, readAt),
    stream: await streamPlace(parsed.output.nats, readAt),
    fleet: parsed.output.fleet === undefined ? undefined : at(parsed.output.fleet),
    keepDays: parsed.output.keepDays,
    eventsPerMinute: (tenant) =>
      (Object.hasOwn(tenants, tenant) ? tenants[tenant]?.eventsPerMinute : undefined) ??
      eventsPerMinute,
  };
}

type Output = v.InferOutput<typeof Schema>;
type ReadAt = (name: string) => Promise<string>;

async function storePlace(
  { postgres, clickhouse }: Output,
  path: string,
  readAt: ReadAt,
): Promise<StorePlace> {
  if ((postgres === undefined) === (clickhouse === undefined))
    throw new Failure("usage", `\`${printable(path)}\` names one store: postgres or clickhouse`);
  if (postgres !== undefined)
    return {
      kind: "postgres",
      place: { url: postgres.url, ...(await readCa(postgres.ca, readAt)) },
    };
  const { url = "", user, password, ca } = clickhouse ?? {};
  const login = {
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
  };
  return { kind: "clickhouse", place: { url, ...login, ...(await readCa(ca, readAt)) } };
}

async function streamPlace(nats: Output["nats"], readAt: ReadAt): Promise<StreamPlace | undefined> {
  if (nats === undefined) return undefined;
  const { servers, user, password, ca, cert, key, shards, replicas, bytesMax } = nats;
  const own =
    cert === undefined || key === undefined
      ? {}
      : { cert: await readAt(cert), key: await readAt(key) };
  return {
    place: {
      servers,
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(ca === undefined ? {} : { tls: { ca: await readAt(ca), ...own } }),
    },
    shards,
    replicas,
    bytesMax,
  };
}

async function readCa(ca: string | undefined, readAt: ReadAt): Promise<{ readonly ca?: string }> {
  return ca === undefined ? {} : { ca: await readAt(ca) };
}

/** The text of a file in PEM. */
export async function readPem(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: unknown) => {
    throw new Failure("usage", `cannot read \`${printable(path)}\`: name a PEM file`, { cause });
  });
}

// Every kind of target: what stands in its settings, how much it takes at once, and how it is made.
import * as v from "valibot";
import type { BatchLimits, Target } from "#record/delivery/target.ts";
import { datadogTarget } from "#record/delivery/targets/datadog.ts";
import { elasticTarget } from "#record/delivery/targets/elastic.ts";
import { fileTarget } from "#record/delivery/targets/file.ts";
import { httpTarget } from "#record/delivery/targets/http.ts";
import { kafkaTarget } from "#record/delivery/targets/kafka-rest.ts";
import { lokiTarget } from "#record/delivery/targets/loki.ts";
import { otlpTarget } from "#record/delivery/targets/otlp.ts";
import { sentinelTarget } from "#record/delivery/targets/sentinel.ts";
import { splunkTarget } from "#record/delivery/targets/splunk-hec.ts";
import { natsTarget } from "./nats-target.ts";
import { readPem } from "./pem-file.ts";
import { s3Target } from "./s3-target.ts";
import { Address, formOr, Reference, text, whole } from "./setting-forms.ts";
import { syslogTarget } from "./syslog-target.ts";

const MEBIBYTE = 1024 * 1024;
/** How long one connection of syslog or NATS may take for a batch. */
const CONNECTION_MS_MAX = 30_000;

/** A kind of target. `limits` are the most that it takes at once; `seconds` an entry waits for others by default. */
export type TargetKind = {
  readonly title: string;
  readonly entries: v.ObjectEntries;
  readonly limits: BatchLimits;
  readonly seconds: number;
  /** Makes a target of settings that fit `entries`. */
  readonly make: (settings: unknown, limits: BatchLimits) => Target;
};

function kind<const Entries extends v.ObjectEntries>(
  given: Omit<TargetKind, "make" | "entries"> & {
    readonly entries: Entries;
    readonly make: (
      settings: v.InferOutput<v.LooseObjectSchema<Entries, undefined>>,
      limits: BatchLimits,
    ) => Target;
  },
): TargetKind {
  const schema = v.looseObject(given.entries);
  return { ...given, make: (settings, limits) => given.make(v.parse(schema, settings), limits) };
}

/** Settings of what is reached over a socket of its own. */
const CONNECTION = {
  host: v.pipe(text(253), v.regex(/^[\w.:-]+$/, "a host is a name or an address")),
  port: whole(1, 65_535),
  ca: v.optional(text(4_096)),
  cert: v.optional(text(4_096)),
  key: v.optional(text(4_096)),
};

function placeOf(
  settings: v.InferOutput<v.LooseObjectSchema<typeof CONNECTION, undefined>>,
  isTls: boolean,
) {
  const { host, port, ca, cert, key } = settings;
  return () => ({
    host,
    port,
    isTls,
    timeoutMs: CONNECTION_MS_MAX,
    ca: readPem(ca),
    cert: readPem(cert),
    key: readPem(key),
  });
}

const isLocal = (host: string) => ["127.0.0.1", "::1", "localhost"].includes(host);
/** Plain text only on this machine: elsewhere anybody on the way could read and change it. */
const Plain = v.optional(v.boolean(), false);

/** By the word that stands behind `to`. Limits are those of the vendors' documentation, ours below them. */
export const TARGET_KINDS: ReadonlyMap<string, TargetKind> = new Map([
  [
    "datadog",
    kind({
      title: "Datadog logs",
      entries: {
        url: Address,
        apiKey: Reference,
        service: v.optional(text(100), "sallyport"),
        format: formOr("native"),
      },
      limits: { entries: 1_000, bytes: 5_000_000 },
      seconds: 5,
      make: ({ format, ...rest }, limits) => datadogTarget({ ...rest, form: format, limits }),
    }),
  ],
  [
    "elastic",
    kind({
      title: "Elasticsearch, through _bulk",
      entries: {
        url: Address,
        index: v.optional(text(200), "logs-sallyport-default"),
        apiKey: Reference,
        format: formOr("ecs"),
      },
      limits: { entries: 1_000, bytes: 10 * MEBIBYTE },
      seconds: 5,
      make: ({ format, ...rest }, limits) => elasticTarget({ ...rest, form: format, limits }),
    }),
  ],
  [
    "file",
    kind({
      title: "lines of JSON in a file that another program ships",
      entries: {
        path: v.pipe(
          text(4_096),
          v.check((path) => path.startsWith("/"), "a path is absolute"),
        ),
        format: formOr("native"),
      },
      limits: { entries: 1_000, bytes: 16 * MEBIBYTE },
      seconds: 1,
      make: ({ path, format }, limits) => fileTarget({ path, form: format, limits }),
    }),
  ],
  [
    "http",
    kind({
      title: "any address that takes lines or an array of JSON",
      entries: {
        url: Address,
        token: v.optional(Reference),
        body: v.optional(v.picklist(["lines", "array"]), "lines"),
        gzip: v.optional(v.boolean(), false),
        format: formOr("ocsf"),
      },
      limits: { entries: 1_000, bytes: 10 * MEBIBYTE },
      seconds: 5,
      make: ({ url, token, body, gzip, format }, limits) =>
        httpTarget({
          url,
          token,
          isArray: body === "array",
          isPacked: gzip,
          form: format,
          limits,
        }),
    }),
  ],
  [
    "kafka-rest",
    kind({
      title: "Kafka, through a REST proxy",
      entries: {
        url: Address,
        topic: v.pipe(
          text(249),
          v.regex(/^[\w.-]+$/, "a topic has letters, digits, `.`, `_`, `-`"),
        ),
        cluster: v.optional(
          v.pipe(
            text(100),
            v.regex(/^[\w.-]+$/, "a cluster's id has letters, digits, `.`, `_`, `-`"),
          ),
        ),
        token: v.optional(Reference),
        format: formOr("native"),
      },
      limits: { entries: 500, bytes: MEBIBYTE },
      seconds: 5,
      make: ({ url, topic, cluster, token, format }, limits) =>
        kafkaTarget({ url, topic, cluster, token, form: format, limits }),
    }),
  ],
  [
    "loki",
    kind({
      title: "Grafana Loki",
      entries: {
        url: Address,
        tenant: v.optional(text(150)),
        token: v.optional(Reference),
        format: formOr("native"),
      },
      limits: { entries: 1_000, bytes: 4 * MEBIBYTE },
      seconds: 5,
      make: ({ url, tenant, token, format }, limits) =>
        lokiTarget({ url, tenant, token, form: format, limits }),
    }),
  ],
  [
    "nats",
    kind({
      title: "a stream of NATS JetStream",
      entries: {
        ...CONNECTION,
        subject: v.pipe(
          text(200),
          v.regex(/^[\w.-]+$/, "a subject has letters, digits, `.`, `_`, `-`"),
        ),
        token: v.optional(Reference),
        plain: Plain,
        format: formOr("native"),
      },
      limits: { entries: 500, bytes: 8 * MEBIBYTE },
      seconds: 1,
      make(settings, limits) {
        const { host, port, subject, token, plain, format } = settings;
        const place = placeOf(settings, !(plain && isLocal(host)));
        return natsTarget({
          place,
          address: `${host}:${port}`,
          subject,
          token,
          form: format,
          limits,
        });
      },
    }),
  ],
  [
    "otlp",
    kind({
      title: "an OpenTelemetry endpoint over HTTP: collectors, Honeycomb, Tempo, Jaeger",
      entries: {
        url: Address,
        signals: v.optional(
          v.pipe(
            v.array(v.picklist(["logs", "metrics", "traces"])),
            v.minLength(1),
            v.maxLength(3),
          ),
          ["logs"],
        ),
        encoding: v.optional(v.picklist(["protobuf", "json"]), "protobuf"),
        header: v.optional(v.pipe(text(100), v.regex(/^[a-z0-9-]+$/, "a header is in lower case"))),
        token: v.optional(Reference),
      },
      limits: { entries: 512, bytes: 4 * MEBIBYTE },
      seconds: 5,
      make: ({ url, signals, encoding, header, token }, limits) =>
        otlpTarget({ url, signals, encoding, header, token, limits }),
    }),
  ],
  [
    "s3",
    kind({
      title: "objects of JSON lines in an S3-compatible bucket",
      entries: {
        url: Address,
        prefix: v.optional(
          v.pipe(v.string(), v.regex(/^[\w.-]+(?:\/[\w.-]+)*$/, "a prefix is a path without `..`")),
          "sallyport",
        ),
        region: v.optional(text(64), "us-east-1"),
        keyId: Reference,
        secretKey: Reference,
        format: formOr("native"),
      },
      limits: { entries: 10_000, bytes: 16 * MEBIBYTE },
      seconds: 300,
      make: ({ format, ...rest }, limits) => s3Target({ ...rest, form: format, limits }),
    }),
  ],
  [
    "sentinel",
    kind({
      title: "Microsoft Sentinel, through the Logs Ingestion API",
      entries: {
        url: Address,
        rule: text(100),
        stream: text(100),
        tenant: text(100),
        clientId: text(100),
        clientSecret: Reference,
        authority: v.optional(Address, "https://login.microsoftonline.com"),
      },
      limits: { entries: 1_000, bytes: 1_000_000 },
      seconds: 5,
      make: (settings, limits) => sentinelTarget({ ...settings, limits }),
    }),
  ],
  [
    "splunk-hec",
    kind({
      title: "Splunk, through its HTTP Event Collector",
      entries: {
        url: Address,
        token: Reference,
        index: v.optional(text(80)),
        source: v.optional(text(200), "sallyport"),
        sourcetype: v.optional(text(200), "sallyport:event"),
        acknowledge: v.optional(v.boolean(), true),
        format: formOr("native"),
      },
      limits: { entries: 500, bytes: 1_000_000 },
      seconds: 5,
      make: ({ index, format, ...rest }, limits) =>
        splunkTarget({ ...rest, index, form: format, limits }),
    }),
  ],
  [
    "syslog",
    kind({
      title: "syslog (RFC 5424) over TLS",
      entries: {
        ...CONNECTION,
        plain: Plain,
        format: v.optional(v.picklist(["cef", "leef", "native", "ocsf", "ecs"]), "cef"),
      },
      limits: { entries: 500, bytes: 4 * MEBIBYTE },
      seconds: 1,
      make(settings, limits) {
        const { host, port, plain, format } = settings;
        const isTls = !(plain && isLocal(host));
        const address = `${isTls ? "tls" : "tcp"}://${host}:${port}`;
        return syslogTarget({ place: placeOf(settings, isTls), address, form: format, limits });
      },
    }),
  ],
]);

// Where a collector's configuration listens for anybody: receivers of OpenTelemetry, listeners of Vector, Alloy and Fluent Bit.
import { memberOf } from "#base/json.ts";
import { lineFault, linesLike } from "../looking.ts";
import type { SeenFile } from "../inputs/audit-inputs.ts";
import { readYaml } from "../inputs/yaml-text.ts";

type Path = readonly (string | number)[];

const DEPTH_MAX = 8;

/** Open receivers of every configuration in a file: by itself, in the values of a chart, in a resource, as a text in a map. */
export function configurationsIn(value: unknown, at: Path = []): readonly Path[] {
  if (at.length > DEPTH_MAX) return [];
  if (typeof value === "string") {
    if (!/\breceivers\s*:/.test(value)) return [];
    const inner = readYaml(value);
    return inner.kind === "read" && configurationsIn(inner.value, [...at, ""]).length > 0
      ? [at]
      : [];
  }
  if (typeof value !== "object" || value === null) return [];
  const own = openReceivers(value).map((path) => [...at, ...path]);
  if (own.length > 0) return own;
  const held: [string | number, unknown][] = Array.isArray(value)
    ? value.map((one: unknown, index) => [index, one])
    : Object.entries(value);
  return held.flatMap(([key, one]) => configurationsIn(one, [...at, key]));
}

/** Receivers that listen on every address with neither certificates of clients nor a login. */
function openReceivers(value: unknown): readonly Path[] {
  const receivers = memberOf(value, "receivers");
  if (typeof receivers !== "object" || receivers === null) return [];
  return Object.entries(receivers).flatMap(([name, receiver]) => {
    const listed = memberOf(receiver, "protocols");
    // Other receivers than those of OTLP listen by themselves.
    const own =
      memberOf(receiver, "endpoint") ??
      memberOf(receiver, "listen_address") ??
      memberOf(memberOf(receiver, "tcp"), "listen_address") ??
      memberOf(memberOf(receiver, "udp"), "listen_address");
    const isHeldItself =
      memberOf(receiver, "tls") !== undefined ||
      memberOf(receiver, "auth") !== undefined ||
      memberOf(memberOf(receiver, "tcp"), "tls") !== undefined;
    if (isEverywhere(own) && !isHeldItself) return [["receivers", name]];
    const protocols = listed;
    if (typeof protocols !== "object" || protocols === null) return [];
    return Object.entries(protocols).flatMap(([protocol, settings]): Path[] => {
      const endpoint = memberOf(settings, "endpoint");
      const isWide = isEverywhere(endpoint);
      const isHeld =
        memberOf(settings, "tls") !== undefined || memberOf(settings, "auth") !== undefined;
      return isWide && !isHeld ? [["receivers", name, "protocols", protocol, "endpoint"]] : [];
    });
  });
}

/** Whether an address takes what comes over any network of the machine, by itself or where a variable is not set. */
function isEverywhere(endpoint: unknown): boolean {
  if (typeof endpoint !== "string") return false;
  const plain = endpoint
    .replace(/^(?:https?|tcp|udp):\/\//, "")
    .replaceAll(/\$\{(?:env:)?\w+:-([^}]*)\}/g, "$1");
  return /^(?:0\.0\.0\.0|\[(?:::|0(?::0){7})\]|::|\*|):/.test(plain);
}

/** The same in the notations of Vector, Grafana Alloy and Fluent Bit. */
export function openListeners(file: SeenFile) {
  const text = file.text ?? "";
  if (/\btls\b|\bauth\s*=|client_ca/.test(text)) return [];
  return linesLike(
    file,
    /\b(?:address|endpoint|listen)\b["']?\s*[=:]?\s*["']?(?:0\.0\.0\.0|\[::\])(?::\d+)?["']?/i,
  )
    .slice(0, 1)
    .map((line) =>
      lineFault(
        file,
        line,
        "anybody in the network can send and fill the record",
        "bind to `127.0.0.1`, or ask for certificates of clients",
      ),
    );
}

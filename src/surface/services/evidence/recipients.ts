// Who else gets data of this installation: targets of exports, the collector, the archive, channels of notices, MCP servers; and what people attested of each.
import { type Attested, objections } from "#assure/evidence/attested-state.ts";
import type { RegisteredProcessor } from "#assure/evidence/collectors/contracts.ts";
import { identityDigest, identityWords, type ServerIdentity } from "#govern/mcp/identity.ts";
import { isLoopback } from "#guard/effects/network/destination.ts";
import type { PersonalFields } from "#record/delivery/personal-fields.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openRetentionFile } from "../exceptions/retention-file.ts";
import { openStatements } from "../exceptions/statements.ts";
import { readTargets } from "../export/targets-file.ts";
import { readForwarding } from "../fleet/forwarding.ts";
import { openCatalog } from "../mcp/catalog.ts";
import { readNotifySettings } from "../notify/settings-file.ts";

/** A server that files of the client name, approved or not. */
export type NamedServer = { readonly name: string; readonly identity: ServerIdentity };

/** Everybody that is set up here, by id; `servers` are those that the client's files name beside the approved ones. */
export function processorsOf(
  directories: Directories,
  { nowMs, servers = [] }: { readonly nowMs: number; readonly servers?: readonly NamedServer[] },
): readonly RegisteredProcessor[] {
  const found: RegisteredProcessor[] = [
    ...readTargets(directories.exportsFile).map(({ name, to, target, personal, path }) => ({
      id: `export/${name}`,
      kind: `export to ${to}`,
      place: target.destination,
      gets: `events of the log; ${personalWords(personal)}`,
      isHere: path !== undefined,
    })),
    ...collectorOf(directories),
    ...archiveOf(directories),
    ...readNotifySettings(directories.notifyFile).channels.map(({ name, to }) => ({
      id: `notice/${name}`,
      kind: `notices by ${to}`,
      place: name,
      isHere: to === "desktop",
      gets: "alerts and incidents, without what calls said",
    })),
    ...serversOf(directories, nowMs, servers),
  ];
  const unique = new Map(found.map((one) => [one.id, one]));
  return [...unique.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** Sub-processors that people attested of a processor: `processor/<id>/sub/<name>`. */
export function subProcessorsOf(
  attested: readonly Attested[],
  id: string,
  nowMs: number,
): readonly { readonly name: string; readonly attested: Attested; readonly isInForce: boolean }[] {
  const before = `processor/${id}/sub/`;
  return attested
    .filter(
      ({ kind, about, isWithdrawn }) =>
        kind === "attestation" && about.startsWith(before) && !isWithdrawn,
    )
    .map((one) => ({
      name: one.about.slice(before.length),
      attested: one,
      isInForce: one.expiresMs > nowMs && objections(attested, one.about, nowMs).length === 0,
    }));
}

function collectorOf(directories: Directories): readonly RegisteredProcessor[] {
  const place = readForwarding(directories.forwardingFile);
  if (place === undefined) return [];
  const url = new URL(place.url);
  return [
    {
      id: "collector",
      kind: "collector of the organisation",
      place: url.origin,
      gets: "the whole log, sealed parts sealed",
      isHere: isLoopback(url.hostname),
    },
  ];
}

function archiveOf(directories: Directories): readonly RegisteredProcessor[] {
  const order = openRetentionFile(directories).current();
  if (order === undefined) return [];
  const { archive } = order;
  return [
    {
      id: "archive",
      kind: "archive of the log",
      place: archive,
      gets: "the whole log, sealed parts sealed",
      isHere: !archive.startsWith("s3:"),
    },
  ];
}

function serversOf(
  directories: Directories,
  nowMs: number,
  named: readonly NamedServer[],
): readonly RegisteredProcessor[] {
  const statements = openStatements(directories);
  const roots = new Set(
    statements
      .all(nowMs, "server")
      .map(({ receipt: { statement } }) =>
        statement.scope.of === "project" ? statement.scope.path : "",
      ),
  );
  const catalog = openCatalog(directories, statements);
  const approved = [...roots].flatMap((root) =>
    catalog
      .entries(root, nowMs)
      .filter(({ isInForce }) => isInForce)
      .map(({ entry }): NamedServer => entry),
  );
  const unique = new Map([...named, ...approved].map((one) => [identityDigest(one.identity), one]));
  return [...unique.values()].map(({ name, identity }) => ({
    id: `mcp/${name}`,
    kind: "MCP server",
    place: identityWords(identity),
    gets: "what the agent hands to its tools",
    // A program that was started here may send on what it gets, so only a person can say that it does not.
    isHere: false,
  }));
}

function personalWords(personal: PersonalFields): string {
  const of = (way: string) =>
    Object.entries(personal)
      .filter(([, its]) => its === way)
      .map(([field]) => field);
  const [clear, pseudonym] = [of("clear"), of("pseudonym")];
  return [
    ...(clear.length === 0 ? [] : [`in clear ${clear.join(", ")}`]),
    ...(pseudonym.length === 0 ? [] : [`as pseudonyms ${pseudonym.join(", ")}`]),
  ].join("; ");
}

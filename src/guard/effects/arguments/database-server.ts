// The server that a client of a database is told to ask: a host with its port, or a socket of this machine.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";

/** Consequence: statements and a login go to a server. `server` is a host, an address with one, or the path of a socket. */
export function asksServer(
  server: Text,
  port: Text | undefined,
  { scheme, carries }: { readonly scheme: string; readonly carries: readonly DataSource[] },
): Consequence {
  // WHY a host: a socket that the call names may be anybody's on this machine, and has no port by which that is told.
  return /^[/@]|^$/.test(textOf(server) ?? "x")
    ? { kind: "contacts", url: literal("localhost"), scheme: "unix", carries }
    : { kind: "contacts", url: withPort(server, port), scheme, carries };
}

/** A host with the port that the call names beside it. */
function withPort(host: Text, port: Text | undefined): Text {
  const [name, number] = [textOf(host), port === undefined ? undefined : textOf(port)];
  const isPlain = name !== undefined && /^[\w.-]+$/.test(name) && /^\d{1,5}$/.test(number ?? "");
  return isPlain ? literal(`${name}:${number}`) : host;
}

/** What a client of PostgreSQL was told of the server that it asks. */
type ToldServer = {
  readonly hosts: readonly Text[];
  readonly ports: readonly Text[];
  /** Words that may name another server, and win over the options. */
  readonly addresses: readonly Text[];
};

/** Variables that lead a client of PostgreSQL elsewhere than its host and port say. */
const LEADING = ["PGHOSTADDR", "PGSERVICE", "PGSERVICEFILE", "PGSYSCONFDIR", "PGOPTIONS"];
const USUAL_PORT = "5432";

/**
 * The consequences without changes of data where the server is the session's own: what is in it came by this session, and nobody else
 * has any of it.
 */
export function changingOwn(
  consequences: readonly Consequence[],
  { hosts, ports, addresses }: ToldServer,
  context: Pick<ModelContext, "variable" | "isOwnServer">,
): readonly Consequence[] {
  const isChange = (one: Consequence): boolean =>
    one.kind === "effect" && one.effect.kind === "deploy" && one.effect.system === "database";
  if (!consequences.some(isChange)) return consequences;
  const [host, port] = [hosts, ports].map((list) => textOf(list[0] ?? []));
  const usual = context.variable("PGPORT") === undefined ? USUAL_PORT : "";
  const number = ports.length === 0 ? usual : (port ?? "");
  const isNamed =
    hosts.length === 1 &&
    ports.length <= 1 &&
    /^(?:localhost|127\.0\.0\.1|::1)$/.test(host ?? "") &&
    /^[1-9]\d{0,4}$/.test(number) &&
    addresses.every((word) => /^[\w.-]+$/.test(textOf(word) ?? "")) &&
    LEADING.every((name) => context.variable(name) === undefined);
  return isNamed && context.isOwnServer(Number(number))
    ? consequences.filter((one) => !isChange(one))
    : consequences;
}

// The server that a client of a database is told to ask: a host with its port, or a socket of this machine.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import type { Consequence } from "../model/command-model.ts";

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

// What a request to a proxy asks for: host and port, read in one way or not at all.
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/** A host without brackets and final dot, in lower case, with its port. */
export type Asked = { readonly host: string; readonly port: number };

/** The host of a CONNECT, by its whole text; undefined for anything but `host:port`. */
export function askedByConnect(target: string | undefined): Asked | undefined {
  const [, name, port] = /^(\[[0-9a-fA-F:.]+\]|[\w.-]{1,253}):(\d{1,5})$/.exec(target ?? "") ?? [];
  return askedFor(name, port);
}

/** The host of a request with a whole address. WHY no user in it: nobody here would know what to make of one. */
export function askedPlainly(url: string | undefined): Asked | undefined {
  const [, name, port = "80"] =
    /^http:\/\/(\[[0-9a-fA-F:.]+\]|[\w.-]{1,253})(?::(\d{1,5}))?(?=[/?]|$)/i.exec(url ?? "") ?? [];
  return askedFor(name, port);
}

/** Host and port of a `Host` header, at the port of plain HTTP unless it names another. */
export function askedByHost(value: string | undefined, otherwise: number): Asked | undefined {
  const [, name, port = String(otherwise)] =
    /^(\[[0-9a-fA-F:.]+\]|[\w.-]{1,253})(?::(\d{1,5}))?$/.exec(value ?? "") ?? [];
  return askedFor(name, port);
}

/** A name and a port that came apart; undefined for what is none. */
export function askedFor(name: string | undefined, port: string | undefined): Asked | undefined {
  const host = name
    ?.replace(/^\[|\]$/g, "")
    .toLowerCase()
    .replace(/\.$/, "");
  const number = Number(port);
  if (host === undefined || host === "" || number < 1 || number > 65_535) return undefined;
  if (name?.startsWith("[") === true && isIP(host) !== 6) return undefined;
  return { host, port: number };
}

/** As it stands in a `Host` header of plain HTTP. */
export function authorityOf({ host, port }: Asked): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return port === 80 ? name : `${name}:${port}`;
}

/** Every value of a header as it came. WHY not node's own table: it drops what is written twice. */
export function valuesOf({ headersDistinct }: IncomingMessage, name: string): readonly string[] {
  return headersDistinct[name] ?? [];
}

/** Whether both ends find the end of a body at the same place. */
export function isOneBody(request: IncomingMessage): boolean {
  const codings = valuesOf(request, "transfer-encoding");
  const lengths = valuesOf(request, "content-length");
  if (codings.length + lengths.length > 1) return false;
  return codings.every((coding) => coding === "chunked");
}

export function hasBody(request: IncomingMessage): boolean {
  return (
    valuesOf(request, "transfer-encoding").length > 0 ||
    valuesOf(request, "content-length").some((length) => length !== "0")
  );
}

/** User and secret of a `Proxy-Authorization`; undefined for anything but Basic. */
export function shownCredentials(value: string | undefined): Credentials | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+=*) *$/i.exec(value ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("latin1");
  const at = text.indexOf(":");
  return at === -1
    ? { user: text, secret: "" }
    : { user: text.slice(0, at), secret: text.slice(at + 1) };
}

export type Credentials = { readonly user: string; readonly secret: string };

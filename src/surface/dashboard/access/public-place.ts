// Where browsers of other devices come in: the address that they use, where it listens, and the certificate; safe unless a person says otherwise.
import type { RequestListener, Server } from "node:http";
import { Failure } from "#base/failure.ts";
import { secureWebServer, type WebBounds, webServer } from "../../foundation/network/listening.ts";

/** What a person gave. */
export type GivenPlace = {
  readonly url: string;
  readonly listen: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
};

export type PublicPlace = {
  /** The address that stands in messages, without a query or fragment. */
  readonly url: URL;
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
};

/** Who comes in: the options' names, who that is in words, and where it listens unless told, behind a proxy or tunnel on this machine. */
type Comers = {
  readonly url: string;
  /** What the names of the other options begin with. */
  readonly option: string;
  readonly who: string;
  readonly listen: string;
};
export const PHONES: Comers = {
  url: "--phone",
  option: "--phone-",
  who: "a phone",
  listen: "127.0.0.1:7421",
};
export const TEAM: Comers = {
  url: "--url",
  option: "--",
  who: "the team",
  listen: "127.0.0.1:7422",
};
const URL_CHARS_MAX = 200;
const PORT_MAX = 65_535;

/** Checks it. Throws a Failure where what is said would be sent in the clear, or cannot be used. `read` reads a PEM file. */
export async function readPublicPlace(
  { url: text, cert, key, ...given }: GivenPlace,
  comers: Comers,
  read: (file: string) => Promise<string>,
): Promise<PublicPlace> {
  const { option } = comers;
  const url = readUrl(text, comers);
  const listen = given.listen ?? comers.listen;
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^[\]:]+)):(\d{1,5})$/.exec(listen) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > PORT_MAX)
    throw new Failure("usage", `\`${option}listen\` is ADDRESS:PORT, such as 192.168.1.20:8443`);
  if ((cert === undefined) !== (key === undefined))
    throw new Failure("usage", `\`${option}cert\` and \`${option}key\` go together`);
  if (cert === undefined || key === undefined) {
    if (!isLoopback(host))
      throw new Failure(
        "usage",
        `\`${host}\` is reached from other machines: name a certificate with \`${option}cert\` and \`${option}key\`, or listen on 127.0.0.1 behind a proxy that has one`,
      );
    return { url, host, port, tls: undefined };
  }
  if (url.protocol !== "https:")
    throw new Failure("usage", "with a certificate the address begins with `https:`");
  return { url, host, port, tls: { cert: await read(cert), key: await read(key) } };
}

function readUrl(text: string, { url: name, who }: Comers): URL {
  const url = text.length <= URL_CHARS_MAX && URL.canParse(text) ? new URL(text) : undefined;
  const isBare =
    url !== undefined && `${url.username}${url.password}${url.search}${url.hash}` === "";
  if (url === undefined || !isBare || !/^https?:$/.test(url.protocol))
    throw new Failure(
      "usage",
      `\`${name}\` is the address that ${who} uses, such as https://sallyport.example.com:8443/`,
    );
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    throw new Failure(
      "usage",
      `\`${name}\` begins with \`https:\`: a passphrase is not sent in the clear`,
    );
  return url;
}

function isLoopback(host: string): boolean {
  return /^127(?:\.\d{1,3}){3}$|^\[?::1\]?$|^localhost$/.test(host);
}

/** A server for the place, with TLS where it has a certificate. Throws a Failure where that cannot be used. */
export function serverOf(
  { tls }: PublicPlace,
  bounds: WebBounds,
  answer?: RequestListener,
): Server {
  if (tls === undefined) return webServer(bounds, answer);
  try {
    return secureWebServer(bounds, tls, answer);
  } catch (cause) {
    throw new Failure("usage", "the certificate and its key cannot be used: name files in PEM", {
      cause,
    });
  }
}

// Where phones come in: the address that they use, where it listens, and the certificate; safe unless a person says otherwise.
import { Failure } from "#base/failure.ts";

/** What a person gave. */
export type GivenPlace = {
  readonly url: string;
  readonly listen: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
};

export type PhonePlace = {
  /** The address that stands in messages, without a query or fragment. */
  readonly url: URL;
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
};

/** Where it listens unless told: behind a proxy or tunnel on this machine. */
export const PHONE_LISTEN = "127.0.0.1:7421";
const URL_CHARS_MAX = 200;
const PORT_MAX = 65_535;

/** Checks it. Throws a Failure where what is said would be sent in the clear, or cannot be used. `read` reads a PEM file. */
export async function readPhonePlace(
  { url: text, listen = PHONE_LISTEN, cert, key }: GivenPlace,
  read: (file: string) => Promise<string>,
): Promise<PhonePlace> {
  const url = readUrl(text);
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^[\]:]+)):(\d{1,5})$/.exec(listen) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > PORT_MAX)
    throw new Failure("usage", "`--phone-listen` is ADDRESS:PORT, such as 192.168.1.20:8443");
  if ((cert === undefined) !== (key === undefined))
    throw new Failure("usage", "`--phone-cert` and `--phone-key` go together");
  if (cert === undefined || key === undefined) {
    if (!isLoopback(host))
      throw new Failure(
        "usage",
        `\`${host}\` is reached from other machines: name a certificate with \`--phone-cert\` and \`--phone-key\`, or listen on 127.0.0.1 behind a proxy that has one`,
      );
    return { url, host, port, tls: undefined };
  }
  if (url.protocol !== "https:")
    throw new Failure("usage", "with a certificate the address begins with `https:`");
  return { url, host, port, tls: { cert: await read(cert), key: await read(key) } };
}

function readUrl(text: string): URL {
  const url = text.length <= URL_CHARS_MAX && URL.canParse(text) ? new URL(text) : undefined;
  const isBare =
    url !== undefined && `${url.username}${url.password}${url.search}${url.hash}` === "";
  if (url === undefined || !isBare || !/^https?:$/.test(url.protocol))
    throw new Failure(
      "usage",
      "`--phone` is the address that a phone uses, such as https://phone.example.com:8443/",
    );
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    throw new Failure(
      "usage",
      "`--phone` begins with `https:`: a passphrase is not sent in the clear",
    );
  return url;
}

function isLoopback(host: string): boolean {
  return /^127(?:\.\d{1,3}){3}$|^\[?::1\]?$|^localhost$/.test(host);
}

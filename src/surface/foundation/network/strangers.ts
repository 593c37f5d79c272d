// Requests that a page of another place makes with somebody's browser: its origin gives them away, and a wrong host a rebound name.
import type { IncomingMessage } from "node:http";

/** Under which names a server is asked, and which pages may ask it. */
export type OwnPlace = {
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  /** A link in a message or a terminal may open a page of this server. */
  readonly mayNavigate: boolean;
};

/** The names of a server on loopback that has no TLS. */
export function loopbackPlace(port: number): Pick<OwnPlace, "hosts" | "origins"> {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  return { hosts, origins: hosts.map((host) => `http://${host}`) };
}

/** Whether a request is one of them. */
export function isStranger({ headers }: IncomingMessage, place: OwnPlace): boolean {
  const { origin } = headers;
  const site = headers["sec-fetch-site"];
  const isForeign =
    (origin !== undefined && !place.origins.includes(origin)) ||
    (site !== undefined && site !== "same-origin" && site !== "none");
  const isLink = place.mayNavigate && headers["sec-fetch-mode"] === "navigate";
  return !place.hosts.includes(headers.host ?? "") || (isForeign && !isLink);
}

// Which company proxy stands before a host, by variables as curl and the programs after it read them.
import { type CompanyProxy, companyProxy } from "./upstream.ts";

/** Variables that name a proxy, and those that name what needs none. */
export const PROXY_VARIABLES = [
  ...["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
] as const;
export const DIRECT_VARIABLES = ["NO_PROXY", "no_proxy"] as const;

/** The way to a host: through a proxy, without one, or through one that is none of plain HTTP. */
export type ProxyChoice = (host: string, port: number) => CompanyProxy | "direct" | "unknown-kind";

/** Reads variables; an empty one says nothing. */
export function proxyChoice(variable: (name: string) => string | undefined): ProxyChoice {
  const first = (...names: readonly string[]): string | undefined =>
    names.map(variable).find((value) => value !== undefined && value !== "");
  const https = first("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");
  const plain = first("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY");
  const without = first("no_proxy", "NO_PROXY") ?? "";
  return (host, port) => {
    const address = port === 80 ? plain : https;
    if (address === undefined || isWithout(without, host, port)) return "direct";
    const written = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`;
    return companyProxy(written) ?? "unknown-kind";
  };
}

/** Whether a host needs no proxy, as curl reads it: names with all below them, an asterisk for everything. */
function isWithout(list: string, host: string, port: number): boolean {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((word) => {
      if (word === "") return false;
      if (word === "*") return true;
      const [, named = word, ownPort] = /^(.*?)(?::(\d+))?$/.exec(word) ?? [];
      if (ownPort !== undefined && Number(ownPort) !== port) return false;
      const name = named.replace(/^\*?\./, "");
      return host === name || host.endsWith(`.${name}`);
    });
}

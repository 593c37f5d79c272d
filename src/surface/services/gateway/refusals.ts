// Why the gateway turns a request away: a word that is counted, a status, and one sentence on what to do instead.

/** What is refused, and with what answer. No text holds anything of the request: it may carry a secret. */
export const REFUSALS = {
  closed: [
    403,
    "no install is running; registries can be read while one is, so run the install as a call of its own",
  ],
  host: [
    403,
    "only the package registries are reached, by CONNECT to port 443; ask a person to fetch anything else",
  ],
  plain: [403, "registries are read by https alone; write https:// where http:// stands"],
  "server-name": [
    403,
    "the name in the TLS handshake is not the host of the tunnel; ask for one host at a time",
  ],
  "host-header": [403, "the Host header is not the host of the tunnel; ask for one host at a time"],
  method: [
    403,
    "registries are only read here, by GET and HEAD; publishing is for a person, outside of the sandbox",
  ],
  body: [
    403,
    "a request to a registry has no body here; publishing is for a person, outside of the sandbox",
  ],
  path: [
    403,
    "this is no address of a package, a version or a file of the registry; install by name and version",
  ],
  unlocked: [
    403,
    "this is none of what the lock file of the install names; install it as a call of its own, which a person is asked about",
  ],
  often: [403, "it was read many times already in this call; install once"],
  upgrade: [403, "other protocols than HTTP/1.1 do not pass; use it"],
  malformed: [
    400,
    "this is no request of HTTP/1.1 that can be read in one way; use a package manager",
  ],
  redirect: [
    403,
    "the registry leads to another host or to what is no package; install what it keeps itself",
  ],
  busy: [503, "too many requests at once; let the package manager use fewer connections"],
  certificate: [
    502,
    "the registry's certificate could not be verified; give `sallyport gateway start --ca FILE` where a company's proxy stands between",
  ],
  unreachable: [
    502,
    "the registry could not be reached; look at the network, or give `sallyport gateway start --proxy URL`",
  ],
  "proxy-login": [
    502,
    "the company's proxy wants other credentials; a person gives them with `sallyport gateway start --proxy-login REFERENCE`",
  ],
  "proxy-refused": [
    502,
    "the company's proxy opened no way to the registry; ask its keepers to let it through",
  ],
  "proxy-silent": [
    502,
    "the company's proxy cannot be reached or does not answer; look at `sallyport gateway start --proxy`",
  ],
  slow: [504, "the registry took too long; try again"],
  answer: [502, "the registry's answer could not be read or is too large; try again"],
} as const satisfies Readonly<Record<string, readonly [status: number, advice: string]>>;

/** A word for why something was refused. */
export type Refusal = keyof typeof REFUSALS;

/** The body that goes with a refusal. */
export function refusalText(why: Refusal): string {
  return `sallyport gateway: ${REFUSALS[why][1]}\n`;
}

/** How many requests were answered by registries, and how many were refused, by host. Hosts are listed ones or `other`. */
export type GatewayCounts = {
  readonly answered: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, Readonly<Record<string, number>>>>;
};

/** Counts what the gateway does. */
export type Counter = {
  answered(host: string): void;
  refused(why: Refusal, host: string | undefined): void;
  counts(): GatewayCounts;
};

/** A counter that begins with nothing; `changed` hears of each change. */
export function createCounter(changed: () => void = () => undefined): Counter {
  const answered: Record<string, number> = {};
  const refused: Record<string, Record<string, number>> = {};
  const add = (counts: Record<string, number>, name: string): void => {
    counts[name] = (counts[name] ?? 0) + 1;
    changed();
  };
  return {
    answered: (host) => add(answered, host),
    refused: (why, host = "other") => add((refused[why] ??= {}), host),
    counts: () => structuredClone({ answered, refused }),
  };
}

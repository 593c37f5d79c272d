// What a held call met of its profile, told from what it said: programs pass on the kernel's words.

import { printable } from "#base/printable.ts";

/** What was refused, in a stable word for the record and a line for the agent. */
export type HeldRefusal = { readonly kind: HeldRefusalKind; readonly text: string };

/** Kinds of refusals, as they stand in the record. */
export const HELD_REFUSALS = ["host", "network", "outside", "kept", "hidden", "rights"] as const;
export type HeldRefusalKind = (typeof HELD_REFUSALS)[number];

/** Characters that are looked at, from the end: what failed is said last. */
const CHARS_MAX = 20_000;

/** Words of the kernel, of the C library and of runtimes, as measured (docs/design/hold.md). The first that is found counts. */
const SAID: readonly (readonly [Exclude<HeldRefusalKind, "host">, RegExp])[] = [
  [
    "network",
    /Could not resolve host|Temporary failure in name resolution|EAI_AGAIN|getaddrinfo ENOTFOUND|Name or service not known|Network is unreachable|ENETUNREACH|dial tcp: lookup|failed to lookup address|UnknownHostException/,
  ],
  ["outside", /Read-only file system|EROFS/],
  ["kept", /Device or resource busy|EBUSY/],
  ["hidden", /Hidden by sallyport:/],
  [
    "rights",
    /no new privileges|effective uid is not 0, is sudo installed setuid root|Operation not permitted/,
  ],
];

const TEXTS: Readonly<Record<Exclude<HeldRefusalKind, "host">, string>> = {
  network:
    "it reached no host: a command that runs code of the project has no network. Ask the person, or run the part that needs a host as a command of its own",
  outside:
    "it could change nothing outside of the project and `/tmp`. Write there, or ask the person",
  kept: "it could not change a file that runs later outside, such as hooks and settings of git. Ask the person to do that",
  hidden: "a file that holds secrets showed nothing. Ask the person for what you need of it",
  rights: "it gained no rights of the machine. Ask the person to do that",
};

/** Hosts that are named to the agent, of those that a call was refused. */
const TOLD_HOSTS_MAX = 4;

/** What the proxy of a call refused: known exactly, whatever the program made of it. Undefined where that was nothing. */
export function refusedHosts(hosts: readonly string[]): HeldRefusal | undefined {
  if (hosts.length === 0) return undefined;
  const told = hosts.slice(0, TOLD_HOSTS_MAX).map((host) => `\`${printable(host)}\``);
  const more = hosts.length > told.length ? ` and ${hosts.length - told.length} more` : "";
  const [are, it] = hosts.length === 1 ? ["is", "it"] : ["are", "them"];
  return {
    kind: "host",
    text: `held by sallyport: ${told.join(", ")}${more} ${are} not among the hosts of this call. Run a command of its own that names ${it}, or ask the person.`,
  };
}

/** The refusal that a call's output tells of; undefined where it tells of none. */
export function refusedIn(said: string): HeldRefusal | undefined {
  const text = said.slice(-CHARS_MAX);
  const found = SAID.find(([, words]) => words.test(text));
  return found === undefined
    ? undefined
    : { kind: found[0], text: `held by sallyport: ${TEXTS[found[0]]}.` };
}

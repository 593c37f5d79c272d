// What a held call met of its profile, told from what it said: programs pass on the kernel's words.

/** What was refused, in a stable word for the record and a line for the agent. */
export type HeldRefusal = { readonly kind: HeldRefusalKind; readonly text: string };

/** Kinds of refusals, as they stand in the record. `later`: what the call left for programs outside to run. */
export const HELD_REFUSALS = ["network", "outside", "kept", "hidden", "rights", "later"] as const;
export type HeldRefusalKind = (typeof HELD_REFUSALS)[number];

/** Characters that are looked at, from the end: what failed is said last. */
const CHARS_MAX = 20_000;

/** Words of the kernel, of the C library and of runtimes, as measured (docs/design/hold.md). The first that is found counts. */
const SAID: readonly (readonly [keyof typeof TEXTS, RegExp])[] = [
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

const TEXTS: Readonly<Record<Exclude<HeldRefusalKind, "later">, string>> = {
  network:
    "it reached no host: a command that runs code of the project has no network. Ask the person, or run the part that needs a host as a command of its own",
  outside:
    "it could change nothing outside of the project and `/tmp`. Write there, or ask the person",
  kept: "it could not change a file that runs later outside, such as hooks and settings of git. Ask the person to do that",
  hidden: "a file that holds secrets showed nothing. Ask the person for what you need of it",
  rights: "it gained no rights of the machine. Ask the person to do that",
};

/** The refusal that a call's output tells of; undefined where it tells of none. */
export function refusedIn(said: string): HeldRefusal | undefined {
  const text = said.slice(-CHARS_MAX);
  const found = SAID.find(([, words]) => words.test(text));
  return found === undefined
    ? undefined
    : { kind: found[0], text: `held by sallyport: ${TEXTS[found[0]]}.` };
}

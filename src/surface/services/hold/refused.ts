// What a held call met of its profile, told from what it said: programs pass on the kernel's words.

import { printable } from "#base/printable.ts";
import type { RefusedHost } from "./hosts/grants.ts";

/** What was refused, in a stable word for the record and a line for the agent. */
export type HeldRefusal = { readonly kind: HeldRefusalKind; readonly text: string };

/** Kinds of refusals, as they stand in the record. `view`: what a call wrote over a view and was not put into the file. `later`: what the call left for programs outside to run. `restart`: hosts
 * that it lost because sallyport was started again. */
export const HELD_REFUSALS = [
  "host",
  "registry",
  "request",
  "port",
  "signature",
  "remote",
  "network",
  "outside",
  "kept",
  "hidden",
  "view",
  "rights",
  "later",
  "restart",
] as const;
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

const TEXTS: Readonly<
  Record<
    Exclude<
      HeldRefusalKind,
      | "host"
      | "registry"
      | "request"
      | "port"
      | "signature"
      | "remote"
      | "view"
      | "later"
      | "restart"
    >,
    string
  >
> = {
  network:
    "it reached no host: a command that runs code of the project has no network. Ask the person, or run the part that needs a host as a command of its own",
  outside:
    "it could change nothing outside of the project and `/tmp`. Write there, or ask the person",
  kept: "it could not replace what is kept from it: hooks and settings of git, or a file of secrets beside code that nobody foresees. Change such a file by a command of its own, or ask the person",
  hidden: "a file that holds secrets showed nothing. Ask the person for what you need of it",
  rights: "it gained no rights of the machine. Ask the person to do that",
};

/** Hosts that are named to the agent, of those that a call was refused. */
const TOLD_HOSTS_MAX = 4;

/** What the proxy of a call refused: known exactly, whatever the program made of it. Undefined where that was nothing. */
export function refusedHosts(
  refused: readonly RefusedHost[],
  whose = "this call",
): HeldRefusal | undefined {
  const read = refused.filter(({ why }) => why === "reading");
  if (read.length > 0)
    return {
      kind: "registry",
      text: `held by sallyport: ${told(read)} was asked for something that the lock file of ${whose} does not name. Where it needs that, run it again: a person is asked then, and it reaches its hosts itself.`,
    };
  const asked = refused.filter(({ why }) => why === "request");
  if (asked.length > 0)
    return {
      kind: "request",
      text: `held by sallyport: ${toldRequests(asked)}, which ${whose} was not judged to do. Run what is to do that as a command of its own, or ask the person.`,
    };
  const among = refused.filter(({ why }) => why === "host");
  const [first] = refused;
  if (first === undefined) return undefined;
  const text =
    among.length === 0
      ? `${told([first])} leads to this machine or the network around it, which ${whose} does not reach. Ask the person`
      : `${told(among)} ${among.length === 1 ? "is" : "are"} not among the hosts of ${whose}. Run a command of its own that names what it asks, or ask the person`;
  return { kind: "host", text: `held by sallyport: ${text}.` };
}

/** What is told of a commit or tag that was not signed; undefined where nothing was refused. WHY beside git's own words: some releases of it swallow them. */
export function refusedSignature(why: string | undefined): HeldRefusal | undefined {
  if (why === undefined) return undefined;
  return { kind: "signature", text: `held by sallyport: nothing was signed: ${why}.` };
}

/** What is told of a remote of git that was not reached, or of a push that was refused; undefined where none was. */
export function refusedContact(why: string | undefined): HeldRefusal | undefined {
  if (why === undefined) return undefined;
  const text = `${printable(why)}. Run what is to reach it as a command of its own that names the remote and the references`;
  return { kind: "remote", text: `held by sallyport: ${text}.` };
}

/** What is told of files in which nothing of what a call wrote was put; undefined for none. */
export function notWritten(files: readonly string[]): HeldRefusal | undefined {
  if (files.length === 0) return undefined;
  const more = files.length > TOLD_FILES_MAX ? `; and ${files.length - TOLD_FILES_MAX} more` : "";
  const text = `of what the command wrote, not all was kept. ${files.slice(0, TOLD_FILES_MAX).join("; ")}${more}`;
  return { kind: "view", text: `held by sallyport: ${text}.` };
}

/** What is told of commands that ended because a file that was hidden from them was replaced outside; undefined for none. */
export function endedForView(files: readonly string[]): HeldRefusal | undefined {
  if (files.length === 0) return undefined;
  const names = files.slice(0, TOLD_FILES_MAX).map((path) => `\`${printable(path)}\``);
  const more = files.length > TOLD_FILES_MAX ? ` and ${files.length - TOLD_FILES_MAX} more` : "";
  const text = `another file was put in the place of ${names.join(", ")}${more}, outside of this session. Commands that went on in the background would have seen what it holds, so they were ended. Start what is still needed again`;
  return { kind: "view", text: `held by sallyport: ${text}.` };
}

/** Files that are named to the agent, of those that were not written. */
const TOLD_FILES_MAX = 4;

/** A call in the background, as its refusals name it. */
export const IN_THE_BACKGROUND = "a command that goes on in the background";

/** What is told of calls that lost their hosts, because sallyport was started again; undefined for none. */
export function lostHosts(count: number): HeldRefusal | undefined {
  if (count === 0) return undefined;
  const which = count === 1 ? "a command" : `${count} commands`;
  const text = `sallyport was started again, so ${which} that ran at that time reached no more hosts. Run what still needs hosts once more`;
  return { kind: "restart", text: `held by sallyport: ${text}.` };
}

/** What is told of ports that a session listens on and that are another program's for the person; undefined for none. */
export function takenPorts(ports: readonly number[]): HeldRefusal | undefined {
  if (ports.length === 0) return undefined;
  const which = `port ${ports.slice(0, TOLD_HOSTS_MAX).join(", ")}`;
  const text = `${which} of this machine is another program's: what listens there in this session answers only its own commands, and the person reaches the other program. Use another port`;
  return { kind: "port", text: `held by sallyport: ${text}.` };
}

function told(refused: readonly RefusedHost[]): string {
  const words = refused.slice(0, TOLD_HOSTS_MAX).map(({ host }) => `\`${printable(host)}\``);
  const more = refused.length - words.length;
  return `${words.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function toldRequests(refused: readonly RefusedHost[]): string {
  const words = refused
    .slice(0, TOLD_HOSTS_MAX)
    .map(({ host, what = "something" }) => `\`${printable(host)}\` was asked for ${what}`);
  const more = refused.length - words.length;
  return `${words.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}

/** WHY told apart: such a call has a network, and all but one way into it is closed. */
const PAST_THE_PROXY =
  "it reached no host past its proxy: only programs that obey `HTTPS_PROXY` reach the hosts of this call. Use one that does, such as curl or git, or ask the person";

/** The refusal that a call's output tells of; undefined where it tells of none. `hasProxy`: the call reaches hosts through one. */
export function refusedIn(
  said: string,
  { hasProxy = false }: { readonly hasProxy?: boolean } = {},
): HeldRefusal | undefined {
  const text = said.slice(-CHARS_MAX);
  const found = SAID.find(([, words]) => words.test(text));
  if (found === undefined) return undefined;
  const [kind] = found;
  const words = kind === "network" && hasProxy ? PAST_THE_PROXY : TEXTS[kind];
  return { kind, text: `held by sallyport: ${words}.` };
}

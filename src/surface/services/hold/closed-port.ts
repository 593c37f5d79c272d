// A held call that was refused a connection to its own loopback, where something of the machine listens on that port.
import { whyPowerful } from "#guard/effects/network/service-ports.ts";
import { machinePort } from "#guard/policy/machine-ports.ts";
import { listeningPorts } from "#platform/namespaces.ts";
import type { HeldRefusal } from "./refused.ts";

/** Characters that are looked at, from the end: what failed is said last. */
const CHARS_MAX = 20_000;
const PORTS_MAX = 8;

/** Words by which programs say that nobody answered. */
const REFUSED = /refused|ECONNREFUSED|Couldn't connect|Can't connect/i;
/** The loopback and a port, as clients of databases, runtimes and curl write them. */
const NAMED =
  /(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|::1)[\])"']{0,3}(?::|,? port:? ?| \([^()]{1,40}\)[^()]{0,50} port )(\d{1,5})(?!\d)/gi;
/** Services that some clients name without a port. */
const USUAL: readonly (readonly [RegExp, number])[] = [
  [/Can't connect to (?:local )?(?:MySQL|MariaDB|server)\b/i, 3306],
  [/PostgreSQL server|Is the server running/i, 5432],
];

/** Ports of the loopback that a text says to have been refused. */
export function refusedPorts(said: string): readonly number[] {
  const text = said.slice(-CHARS_MAX);
  if (!REFUSED.test(text)) return [];
  const named = [...text.matchAll(NAMED)].map(([, port]) => Number(port));
  const usual = USUAL.flatMap(([words, port]) => (words.test(text) ? [port] : []));
  return [...new Set(named.length > 0 ? named : usual)].slice(0, PORTS_MAX);
}

/** What the call may be told of: the ports of its policy, and who else listens. */
export type PortsOfCall = {
  readonly machinePorts: readonly string[];
  /** The process that keeps the network of its session; undefined where calls share none. */
  readonly keeper: number | undefined;
  /** Ports on which somebody listens; undefined asks for the machine's. */
  readonly listening?: (pid: number | "self") => ReadonlySet<number>;
};

/** The line for the first of them that is the machine's and not the session's; undefined where none is. */
export function closedPort(
  said: string,
  { machinePorts, keeper, listening = listeningPorts }: PortsOfCall,
): HeldRefusal | undefined {
  const ports = refusedPorts(said);
  if (ports.length === 0) return undefined;
  const machine = listening("self");
  const sessions = keeper === undefined ? new Set<number>() : listening(keeper);
  const port = ports.find((one) => machine.has(one) && !sessions.has(one));
  if (port === undefined) return undefined;
  const advice = adviceOn(port, machinePorts);
  return { kind: "port", text: `held by sallyport: port ${port} of this machine; ${advice}.` };
}

function adviceOn(port: number, machinePorts: readonly string[]): string {
  const why = whyPowerful(port);
  if (why !== undefined) return `no policy opens it to code of the project: ${why}. Ask the person`;
  if (machinePorts.some((entry) => machinePort(entry).port === port))
    return "the policy names it, and it could not be opened. Ask the person to run `sallyport status`";
  return `code of the project does not reach it. Run a command of its own that names it, or ask the person to write \`machinePorts: [${port}]\` in the policy`;
}

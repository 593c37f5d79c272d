// What the person's shell and files say of proxies and hosts: read when a call is held, before anything of it runs.
import { isAbsolute, join } from "node:path";
import { addressed, ofOthers, ofSettings, type ReachedHost } from "#guard/hold/reached-hosts.ts";
import { leadsTo, type ProxiedProgram } from "#guard/hold/proxied-programs.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";
import {
  DIRECT_VARIABLES,
  PROXY_VARIABLES,
  type ProxyChoice,
  proxyChoice,
} from "../../gateway/proxy-choice.ts";
import { notedVariables, notingLine } from "../start/noted-variables.ts";

/** Bytes that are read of a file, and hosts that it may name. */
const BYTES_MAX = 4 * 1024 * 1024;
const HOSTS_MAX = 64;

/** Lock files and manifests have addresses of many kinds: only those count from which something comes. */
const KEYED_FILE = /(?:\.lock|lock\.json|shrinkwrap\.json|lock\.yaml|pyproject\.toml)$/;
const KEYED =
  /(?:resolved|tarball|registry|source|remote|index|(?<!["\w])url)[\w-]*["']?[ \t]*[ :=][ \t]*["'{]?(?:[a-z]+\+)?(?:https?|ssh):\/\/[^\s"',)}]+/gi;
const ANY = /(?:https?):\/\/[^\s"',)}<>]+/gi;

/** Hosts that settings of programs name. Never rejects: a file that cannot be read names none. */
export async function hostsOfSettings(
  asking: readonly ProxiedProgram[],
  { projectRoot, home }: { readonly projectRoot: string; readonly home: string },
): Promise<readonly ReachedHost[]> {
  const files = new Set(asking.flatMap(({ settings = [] }) => settings));
  const texts = await Promise.all(
    [...files].map(async (place) => {
      const path = place.startsWith("~/")
        ? join(home, place.slice(2))
        : isAbsolute(place)
          ? place
          : join(projectRoot, place);
      return hostsIn(await beginningOf(path), KEYED_FILE.test(place));
    }),
  );
  return texts.flat();
}

async function beginningOf(path: string): Promise<string> {
  const start = await readRegularFile(path, BYTES_MAX);
  return start === undefined ? "" : Buffer.from(start.bytes).toString("latin1");
}

/** Hosts of the addresses in a text, with those to which they lead. `isKeyed`: only addresses from which something comes. */
export function hostsIn(text: string, isKeyed: boolean): readonly ReachedHost[] {
  const found = new Map<string, ReachedHost>();
  for (const [word] of text.matchAll(isKeyed ? KEYED : ANY)) {
    const address = /https?:\/\/.*|ssh:\/\/.*/i.exec(word)?.[0] ?? "";
    const { host, port, scheme } = addressed(address);
    // What npm writes for a repository of git is fetched by https where that can be read.
    const one = ofSettings({
      host,
      port: scheme === "ssh" ? undefined : port,
      scheme: scheme === "ssh" ? "https" : scheme,
    });
    if (one === undefined || found.has(`${one.host}:${one.ports.join()}`)) continue;
    found.set(`${one.host}:${one.ports.join()}`, one);
    if (found.size >= HOSTS_MAX) break;
  }
  return [...found.values()].flatMap((one) => [one, ...leadsTo(one.host).map(ofOthers)]);
}

const OF_PROXIES: ReadonlySet<string> = new Set([...PROXY_VARIABLES, ...DIRECT_VARIABLES]);

/** A line for the person's own shell, which notes what its variables say in a file of the ticket. */
export function notingHosts(asking: readonly ProxiedProgram[], file: string): string {
  const others = asking.flatMap(({ variables = [] }) => variables);
  return notingLine([...new Set([...OF_PROXIES, ...others])], file);
}

/** What the person's variables say. */
export type ShellSays = {
  readonly proxyFor: ProxyChoice;
  readonly hosts: readonly ReachedHost[];
};

/** Reads the note; says nothing where there is none. Never rejects. */
export async function shellSays(file: string): Promise<ShellSays> {
  const said = await notedVariables(file);
  const others = [...said].filter(([name]) => !OF_PROXIES.has(name));
  return {
    proxyFor: proxyChoice((name) => said.get(name)),
    hosts: others.flatMap(([, value]) => hostsIn(value, false)),
  };
}

// The hosts that a call may reach through a proxy of its own, told by its effects; nothing where no proxy could hold it.
import { isLoopback } from "../effects/network/destination.ts";
import type { Destination, Effect } from "../vocabulary/effect.ts";
import { isPath } from "./needs.ts";
import { leadsTo, proxiedProgram, type ProxiedProgram } from "./proxied-programs.ts";

/** A host, with the ports that are reached there. `isNamed`: an effect names it, so that it may be of the own network. */
export type ReachedHost = {
  readonly host: string;
  readonly ports: readonly number[];
  /** Some port of it is asked without TLS, so that nothing proves who answers. */
  readonly isPlain: boolean;
  readonly isNamed: boolean;
  /** The person configured it: the remote of a repository, an account. */
  readonly isConfigured: boolean;
};

/** What a proxy for one call lets through. */
export type ReachedHosts = {
  readonly hosts: readonly ReachedHost[];
  /** Programs whose own settings may name further hosts. */
  readonly asking: readonly ProxiedProgram[];
  /** Programs that reach hosts. */
  readonly programs: readonly string[];
};

const HTTPS = 443;
const HTTP = 80;
/** Subcommands that run what they bring: what that asks for, nobody knows. */
const RUNS_WHAT_IT_BRINGS = / (?:create|exec|init|dlx|x)$/;
/** Packages that come over a connection which no proxy of this kind carries. */
const OVER_SSH = /^(?:git\+)?ssh:|^git@|^[\w.-]+@[\w.-]+:/;

/**
 * The hosts of a call whose effects may all happen; undefined where one of them is not known by name, is no host of HTTP, or
 * is asked by a program that obeys no proxy.
 */
export function reachedHosts(effects: readonly Effect[]): ReachedHosts | undefined {
  const hosts = new Map<string, ReachedHost>();
  const asking = new Set<ProxiedProgram>();
  const programs = new Set<string>();
  const add = (one: ReachedHost): void => {
    const known = hosts.get(one.host);
    hosts.set(one.host, {
      host: one.host,
      ports: [...new Set([...(known?.ports ?? []), ...one.ports])],
      isPlain: known?.isPlain === true || one.isPlain,
      isNamed: known?.isNamed === true || one.isNamed,
      isConfigured: known?.isConfigured === true || one.isConfigured,
    });
  };
  const addNamed = (destination: Destination): boolean => {
    const named = hostOf(destination);
    if (named === undefined) return false;
    add(named);
    for (const host of leadsTo(named.host)) add(ofOthers(host));
    return true;
  };
  const addAsked = (program: ProxiedProgram): boolean => {
    if (program.asks === undefined) return false;
    asking.add(program);
    for (const host of program.asks) for (const one of [host, ...leadsTo(host)]) add(ofOthers(one));
    return true;
  };
  const askedBy = new Set(
    effects.flatMap((effect) => (effect.kind === "egress" ? [effect.via.at(-1)] : [])),
  );
  for (const effect of effects) {
    const program = effect.via.at(-1);
    const known = program === undefined ? undefined : proxiedProgram(program);
    switch (effect.kind) {
      case "egress": {
        const { destination } = effect;
        if (destination.path !== undefined) break;
        if (isLoopback(destination.host ?? "")) break;
        if (known === undefined || program === undefined) return undefined;
        programs.add(program);
        if (destination.host !== undefined) {
          if (!addNamed(destination)) return undefined;
        } else if (!addAsked(known)) return undefined;
        break;
      }
      case "install": {
        if (known?.asks === undefined || program === undefined) return undefined;
        programs.add(program);
        const own = [...(effect.locked?.registries ?? []), ...registryOf(effect.registry)];
        for (const address of own) if (!addNamed(addressed(address))) return undefined;
        // WHY not all that it usually asks where a lock or an option says from where.
        if (own.length > 0) asking.add(known);
        else addAsked(known);
        for (const host of effect.runsScripts ? (known.builds ?? []) : [])
          for (const one of [host, ...leadsTo(host)]) add(ofOthers(one));
        for (const word of effect.packages) {
          if (OVER_SSH.test(word)) return undefined;
          for (const host of hostsOfPackage(word, program)) addNamed(addressed(`https://${host}`));
        }
        break;
      }
      case "publish":
        if (!askedBy.has(program) && !isPath(effect.destination)) return undefined;
        break;
      case "deploy":
        if (effect.system !== "processes" && !askedBy.has(program)) return undefined;
        break;
      case "execute": {
        const isBrought =
          effect.origin === "download" ||
          (effect.reach === "unbounded" &&
            (RUNS_WHAT_IT_BRINGS.test(effect.program ?? "") ||
              (effect.origin === "system" && known?.asks !== undefined) ||
              (effect.program === "go run" && hasInstallBy(effects, "go"))));
        if (isBrought) return undefined;
        break;
      }
      default:
    }
  }
  return programs.size === 0
    ? undefined
    : { hosts: [...hosts.values()], asking: [...asking], programs: [...programs] };
}

/** A host that no effect names, and that is asked by https alone. */
export function ofOthers(host: string): ReachedHost {
  return { host, ports: [HTTPS], isPlain: false, isNamed: false, isConfigured: false };
}

/** WHY both ports for plain HTTP: what is asked so is mostly sent on to https. */
function hostOf({ host, port, scheme, known }: Destination): ReachedHost | undefined {
  if (host === undefined || (scheme !== "http" && scheme !== "https")) return undefined;
  const isPlain = scheme === "http";
  const ports = port === undefined ? (isPlain ? [HTTP, HTTPS] : [HTTPS]) : [port];
  return { host, ports, isPlain, isNamed: true, isConfigured: known !== undefined };
}

/** Where an address leads. A host of settings counts as configured. */
export function addressed(address: string): Destination {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return {
    host: url?.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "") || undefined,
    port: url === undefined || url.port === "" ? undefined : Number(url.port),
    scheme: url?.protocol.replace(/:$/, ""),
  };
}

/** The host of a destination as a further one of the call, which the person's settings name; undefined for no host of HTTP. */
export function ofSettings(destination: Destination): ReachedHost | undefined {
  return hostOf({ ...destination, known: "account" });
}

function registryOf(registry: string | undefined): readonly string[] {
  return registry === undefined ? [] : [registry];
}

/** Hosts that a package is named by: an address, a place of GitHub, a module of Go. */
function hostsOfPackage(word: string, program: string): readonly string[] {
  const address = /(?:^|[@\s])(?:git\+)?https?:\/\/(?:[^/?#@\s]*@)?([\w.-]+)/.exec(word)?.[1];
  if (address !== undefined) return [address.toLowerCase()];
  if (/^(?:github:|[\w.-]+\/[\w.-]+(?:#|$))/.test(word) && program !== "go") return ["github.com"];
  const module = /^([a-z0-9-]+(?:\.[a-z0-9-]+)+)\//i.exec(word)?.[1];
  return program === "go" && module !== undefined ? [module.toLowerCase()] : [];
}

function hasInstallBy(effects: readonly Effect[], manager: string): boolean {
  return effects.some((effect) => effect.kind === "install" && effect.via.at(-1) === manager);
}

// `sallyport network firewall`, `profile` and `env`: what keeps machines, providers and runtimes to the proxy, made and checked.
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { iptables, nftables } from "#govern/network/firewall.ts";
import { providerProfile, type ProviderProfile } from "#govern/network/provider-profile.ts";
import { PROXY_RUNTIMES, proxyEnvironment } from "#govern/network/proxy-environment.ts";
import {
  checkProxyVariables,
  type VariableFinding,
} from "#govern/network/proxy-variables-check.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { loadDestinations } from "../../../foundation/product/shipped-data.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { sessionCredentials } from "../../../services/egress/session-credentials.ts";
import { environmentText } from "./environment-text.ts";
import { listed } from "./network-proxy.ts";

const DEFAULT_PROXY = "http://127.0.0.1:40128";
const VARIABLES_CHARS_MAX = 256 * 1024;

/** `sallyport network firewall`. */
export const firewallCommand = defineCommand({
  meta: {
    name: "firewall",
    description: `rules by which nothing leaves a machine past the proxy: default drop, IPv4 and IPv6, name look-ups, containers

  sallyport network firewall --target nftables --user egress --resolvers 10.0.0.2 > egress.nft
  sallyport network firewall --target iptables --proxy 10.0.0.5:3128

It prints and changes nothing. Only addresses are taken: a host name in a firewall is looked up once, and leads elsewhere later.`,
  },
  args: {
    target: {
      type: "enum",
      options: ["nftables", "iptables"],
      default: "nftables",
      description: "for which firewall",
    },
    user: {
      type: "string",
      valueHint: "ACCOUNT",
      description: "the account of the proxy on this machine; only it goes out",
    },
    proxy: {
      type: "string",
      valueHint: "ADDRESS:PORT",
      description: "a proxy elsewhere; only it is reached",
    },
    resolvers: {
      type: "string",
      valueHint: "LIST",
      description: "addresses of name servers that may be asked",
    },
    networks: {
      type: "string",
      valueHint: "LIST",
      description: "networks that everybody on the machine reaches",
    },
    ...jsonOption,
  },
  run({ args }) {
    const wish = {
      user: args.user,
      proxy: args.proxy,
      resolvers: listed(args.resolvers),
      networks: listed(args.networks),
    };
    if (args.target === "nftables") {
      const rules = nftables(wish);
      return print(
        args.json === true ? printableJson({ target: args.target, rules }) : rules.trimEnd(),
      );
    }
    const { v4, v6 } = iptables(wish);
    return print(
      args.json === true
        ? printableJson({ target: args.target, v4, v6 })
        : `# --- v4\n${v4}\n# --- v6\n${v6}`.trimEnd(),
    );
  },
});

/** `sallyport network profile`. */
export const profileCommand = defineCommand({
  meta: {
    name: "profile",
    description: `the hosts and variables by which a provider of models is reached, from the internet or through private endpoints alone

  sallyport network profile --provider anthropic
  sallyport network profile --provider bedrock --region eu-central-1 --air-gapped --network 10.20.0.0/16
  sallyport network profile --provider foundry --resource our-models --json`,
  },
  args: {
    provider: {
      type: "enum",
      options: ["anthropic", "bedrock", "vertex", "foundry"],
      required: true,
      description: "whose models",
    },
    region: { type: "string", valueHint: "REGION", description: "the region of bedrock or vertex" },
    resource: { type: "string", valueHint: "NAME", description: "the resource of foundry" },
    "air-gapped": {
      type: "boolean",
      description: "private endpoints alone, and nothing else of the internet",
    },
    network: {
      type: "string",
      valueHint: "LIST",
      description: "networks in which private endpoints lie",
    },
    ...jsonOption,
  },
  run({ args }) {
    const provider = loadDestinations().providers.find(({ id }) => id === args.provider);
    if (provider === undefined)
      throw new Failure("usage", `there is no provider \`${printable(args.provider)}\``);
    const profile = providerProfile(provider, {
      region: args.region,
      resource: args.resource,
      isAirGapped: args["air-gapped"] === true,
      networks: listed(args.network),
    });
    return print(args.json === true ? printableJson(profile) : profileText(profile));
  },
});

function profileText({ title, hosts, env, allow, notes, airGapped }: ProviderProfile): string {
  return [
    `${title}${airGapped ? ", through private endpoints alone" : ""}`,
    ...Object.entries(hosts).flatMap(([name, list]) =>
      list.map((host) => `  ${name.padEnd(15)} ${host}:443`),
    ),
    ...Object.entries(env).map(([name, value]) => `  ${name}=${value}`),
    ...notes.map((note) => `note: ${note}`),
    `then: sallyport network proxy --allow ${allow}`,
  ].join("\n");
}

/** `sallyport network env`. */
export const envCommand = defineCommand({
  meta: {
    name: "env",
    description: `how every runtime is told of the proxy, and what is wrong with variables that are there

  sallyport network env --proxy http://127.0.0.1:40128 --except .corp.example
  sallyport network env --runtime java
  sallyport network env --session ID                  with credentials by which the log knows the session
  sallyport network env --check                       the variables of this shell; --file FILE for others`,
  },
  args: {
    proxy: {
      type: "string",
      valueHint: "URL",
      description: `the proxy (default: ${DEFAULT_PROXY})`,
    },
    except: {
      type: "string",
      valueHint: "LIST",
      description: "what is reached directly: hosts, and domains with a dot in front",
    },
    runtime: { type: "enum", options: [...PROXY_RUNTIMES], description: "only this one" },
    session: { type: "string", valueHint: "ID", description: "with credentials of this session" },
    check: { type: "boolean", description: "say what is wrong with the variables that are set" },
    file: {
      type: "string",
      valueHint: "FILE",
      description: "with `--check`: a file of variables, NAME=value a line",
    },
    ...dataOption,
    ...jsonOption,
  },
  run({ args }) {
    if (args.check === true) return checked(args.file, args.json === true);
    const proxy = proxyNamed(args.proxy ?? DEFAULT_PROXY);
    if (args.session !== undefined) {
      const login = sessionCredentials(directoriesIn(args.data ?? dataDirectory()).keys).of(
        args.session,
      );
      if (login === undefined)
        throw new Failure(
          "usage",
          "`--session` is the id of a session: letters, digits and dashes",
        );
      Object.assign(proxy, { username: login.user, password: login.password });
    }
    const except = listed(args.except);
    const [wrong] = checkProxyVariables(
      {
        NO_PROXY: ["localhost", "127.0.0.1", ...except].join(","),
        no_proxy: ["localhost", "127.0.0.1", ...except].join(","),
      },
      loadDestinations(),
    ).filter(({ level }) => level === "fault");
    if (wrong !== undefined)
      throw new Failure("usage", `\`--except\`: ${wrong.message}; ${wrong.fix}`);
    const environment = proxyEnvironment(proxy, except).filter(
      ({ runtime }) => args.runtime === undefined || runtime === args.runtime,
    );
    return print(args.json === true ? printableJson(environment) : environmentText(environment));
  },
});

function proxyNamed(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.pathname !== "/" ||
    url.search !== ""
  )
    throw new Failure(
      "usage",
      "`--proxy` is an address such as http://127.0.0.1:40128; the client asks no proxy of SOCKS",
    );
  return url;
}

function checked(file: string | undefined, isJson: boolean): Promise<void> {
  const findings = checkProxyVariables(
    file === undefined ? process.env : variablesIn(file),
    loadDestinations(),
  );
  const faults = findings.filter(({ level }) => level === "fault").length;
  process.exitCode = faults > 0 ? 1 : 0;
  return print(isJson ? printableJson({ findings }) : findingsText(findings, faults));
}

function variablesIn(file: string): Readonly<Record<string, string | undefined>> {
  try {
    const text = readFileSync(file, "utf8");
    if (text.length <= VARIABLES_CHARS_MAX) return parseEnv(text);
  } catch {
    // Told below.
  }
  throw new Failure("usage", `\`${printable(file)}\` is no file of variables that can be read`);
}

function findingsText(findings: readonly VariableFinding[], faults: number): string {
  return [
    ...findings.map(
      ({ level, variable, message, fix }) => `${level.padEnd(6)} ${variable} ${message}: ${fix}`,
    ),
    findings.length === 0
      ? "nothing is wrong with the variables of proxies"
      : `${faults} faults, ${findings.length - faults} notes`,
  ].join("\n");
}

// What a provider of models needs of the network: its hosts by class, its variables, and words for the egress proxy.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { Provider } from "./destinations.ts";

/** What a person names. */
export type ProfileWish = {
  readonly region: string | undefined;
  readonly resource: string | undefined;
  /** Nothing but private endpoints is reached. */
  readonly isAirGapped: boolean;
  /** Networks in which private endpoints lie. */
  readonly networks: readonly string[];
};

export type ProviderProfile = {
  readonly provider: string;
  readonly title: string;
  readonly airGapped: boolean;
  readonly hosts: Readonly<Record<string, readonly string[]>>;
  readonly env: Readonly<Record<string, string>>;
  /** For `network proxy --allow`. */
  readonly allow: string;
  readonly notes: readonly string[];
};

const REGION = /^[a-z]{2,}(?:-[a-z0-9]+)*$/;
const AWS_REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;
const RESOURCE = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
/** Nothing goes to the vendor but what a person started. */
const QUIET = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" };

/** Makes it. Throws Failure `usage` where something that it needs is missing, or of another form. */
export function providerProfile(provider: Provider, wish: ProfileWish): ProviderProfile {
  const { id, title, needs } = provider;
  const { region = "", resource = "", isAirGapped, networks } = wish;
  const need = (isGiven: boolean, option: string): void => {
    if (!isGiven) throw new Failure("usage", `${title} is reached by \`${option}\`: name it`);
  };
  if (needs.includes("region")) {
    need(region !== "", "--region");
    if (!(id === "bedrock" ? AWS_REGION : REGION).test(region))
      throw new Failure(
        "usage",
        `\`${printable(region)}\` is no region of ${title}, such as ${id === "bedrock" ? "eu-central-1" : "europe-west1"}`,
      );
  }
  if (needs.includes("resource")) {
    need(resource !== "", "--resource");
    if (!RESOURCE.test(resource))
      throw new Failure("usage", `\`${printable(resource)}\` is no name of a resource of ${title}`);
  }
  if (isAirGapped && Object.keys(provider.private).length === 0)
    throw new Failure("usage", `${title} has no private endpoint: take bedrock, vertex or foundry`);
  const isGlobal = id === "vertex" && region === "global";
  if (isGlobal && isAirGapped)
    throw new Failure(
      "usage",
      "`global` has no place of its own: name a region such as europe-west1",
    );
  const filled = (text: string): string =>
    (isGlobal ? text.replace("<region>-", "") : text)
      .replaceAll("<region>", region)
      .replaceAll("<resource>", resource)
      .replaceAll("<domain>", region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com");
  const hosts = Object.fromEntries(
    Object.entries(isAirGapped ? provider.private : provider.hosts).map(([name, list]) => [
      name,
      list.map(filled),
    ]),
  );
  const env = Object.fromEntries(
    Object.entries(provider.env).map(([name, value]) => [name, filled(value)]),
  );
  const all = Object.values(hosts).flat();
  return {
    provider: id,
    title,
    airGapped: isAirGapped,
    hosts,
    env: isAirGapped ? { ...env, ...QUIET } : env,
    allow: [...all, ...networks.map((one) => `${one}:443`)].join(","),
    notes: [
      ...provider.notes.map(filled),
      ...(isAirGapped && networks.length === 0
        ? [
            "private endpoints have addresses of your network, which the proxy refuses unless they are named: `--network 10.0.0.0/16`",
          ]
        : []),
      ...(isAirGapped
        ? [
            "no web, no registry, no update, no telemetry: give packages and versions of the client from mirrors inside",
          ]
        : []),
    ],
  };
}
